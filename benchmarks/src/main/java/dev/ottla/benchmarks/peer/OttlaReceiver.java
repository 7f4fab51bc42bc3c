package dev.ottla.benchmarks.peer;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Ottla's consumer. */
final class OttlaReceiver implements Receiver {
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaClient kafka;
    private final Consumer<byte[], byte[]> consumer;
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();

    OttlaReceiver(Workload workload, List<Integer> partitions) {
        this.kafka = KafkaClient.connect(ClientOptions.builder()
                .config(KafkaConfig.of(workload.config()))
                .build());
        this.consumer = consumer(kafka, workload, partitions);
    }

    static Consumer<byte[], byte[]> consumer(KafkaClient kafka, Workload workload, List<Integer> partitions) {
        ConsumerBuilder<byte[], byte[]> builder = Consumer.builder(kafka)
                .config(workload.config())
                .keyDeserializer(Deserializers.bytes())
                .valueDeserializer(Deserializers.bytes());
        if (workload.readsAsMember()) {
            return builder.topics(workload.topic()).build();
        }
        return builder.assign(partitions.stream()
                        .map(partition -> new TopicPartition(workload.topic(), partition))
                        .toList())
                .build();
    }

    @Override
    public void poll(OffsetCheck check) {
        if (!polled.hasNext()) {
            polled = consumer.poll(POLL_TIMEOUT).iterator();
        }
        while (polled.hasNext() && !check.isComplete()) {
            ConsumerRecord<byte[], byte[]> record = polled.next();
            check.onRecord(record.partition(), record.offset(), record.value());
        }
    }

    @Override
    public void close() {
        consumer.close();
        kafka.close();
    }
}
