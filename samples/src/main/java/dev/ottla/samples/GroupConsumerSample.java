package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Records;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;

/**
 * Reads a topic as a member of a group and commits what it has read, until ten polls in a row bring nothing. Arguments:
 * bootstrap servers, topic, group. Start it twice to share the partitions.
 */
public final class GroupConsumerSample {
    private static final int EMPTY_POLLS_MAX = 10;

    private GroupConsumerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Consumer<String, String> consumer = Consumer.builder(kafka)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .group(args[2])
                        .topics(args[1])
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .enableAutoCommit(false)
                        .build()) {
            int emptyPolls = 0;
            while (emptyPolls < EMPTY_POLLS_MAX) {
                Records<String, String> records = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<String, String> record : records) {
                    System.out.println(
                            record.partition() + ":" + record.offset() + " " + record.key() + " = " + record.value());
                }
                if (records.isEmpty()) {
                    emptyPolls++;
                } else {
                    emptyPolls = 0;
                    consumer.commit(records);
                }
            }
        }
    }
}
