package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Fetches so many records one by one and acknowledges them the other way round: only then is anything committed. Arguments:
 * bootstrap servers, topic, group, number of records.
 */
public final class AcknowledgingSample {
    private AcknowledgingSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        int count = Integer.parseInt(args[3]);
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                AcknowledgingConsumer<String, String> consumer = Consumer.builder(kafka)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .group(args[2])
                        .topics(args[1])
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .acknowledging()
                        .build()) {
            Deque<OpenRecord<String, String>> open = new ArrayDeque<>();
            while (open.size() < count) {
                consumer.fetch(Duration.ofSeconds(1)).ifPresent(open::push);
            }
            while (!open.isEmpty()) {
                OpenRecord<String, String> record = open.pop();
                System.out.println(record.topicPartition().partition() + ":" + record.offset() + " "
                        + record.record().value());
                record.acknowledge();
            }
        }
    }
}
