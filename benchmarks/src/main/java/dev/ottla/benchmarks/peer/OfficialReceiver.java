package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The consumer of kafka-clients. */
final class OfficialReceiver implements Receiver {
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();

    OfficialReceiver(Workload workload, List<Integer> partitions) {
        Map<String, Object> config = new HashMap<>(workload.config());
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        if (workload.readsAsMember()) {
            consumer.subscribe(List.of(workload.topic()));
        } else {
            consumer.assign(partitions.stream()
                    .map(partition -> new TopicPartition(workload.topic(), partition))
                    .toList());
        }
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
    }
}
