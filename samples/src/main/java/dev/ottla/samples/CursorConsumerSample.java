package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerCursor;
import dev.ottla.consumer.StartAt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Adds up how much there is in a topic of three partitions, looking at the records where they lie: no object is made for any of
 * them. Arguments: bootstrap servers, topic.
 */
public final class CursorConsumerSample {
    private static final int PARTITIONS = 3;

    private CursorConsumerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(args[1], partition))
                .toList();
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Consumer<byte[], byte[]> consumer = Consumer.builder(kafka)
                        .assign(partitions)
                        .startAt(StartAt.earliest())
                        .build()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long count = 0;
            long bytes = 0;
            while (!isAtEnd(consumer, ends)) {
                try (ConsumerCursor<byte[], byte[]> records = consumer.pollCursor(Duration.ofSeconds(1))) {
                    while (records.next()) {
                        count++;
                        bytes += records.valueSlice().length();
                    }
                }
            }
            System.out.println(count + " records, " + bytes + " bytes of values");
        }
    }

    private static boolean isAtEnd(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()).orElse(0L) >= end.getValue());
    }
}
