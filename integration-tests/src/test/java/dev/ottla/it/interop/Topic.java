package dev.ottla.it.interop;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Where a {@link Peer} writes to and reads from. */
record Topic(String bootstrapServers, String name, int partitions) {

    /**
     * A new topic with a name of its own, which keeps its records however old their timestamps are. Its leader is at work: an
     * idempotent producer of kafka-clients 4.3.1 that finds none can end in retries of OUT_OF_ORDER_SEQUENCE_NUMBER for ever.
     */
    static Topic create(String bootstrapServers, int partitions) {
        String name = "interop-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(Map.of("retention.ms", "-1"));
            admin.createTopics(List.of(topic)).all().get();
            Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions)
                    .boxed()
                    .collect(Collectors.toMap(
                            partition -> new TopicPartition(name, partition), partition -> OffsetSpec.latest()));
            // Right after its creation a broker may not know the topic yet. Only a leader answers.
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(ExecutionException.class)
                    .until(() -> admin.listOffsets(ends).all().get().size() == partitions);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return new Topic(bootstrapServers, name, partitions);
    }
}
