package dev.ottla.it.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.testkit.RealKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What Apache Kafka's own clients see of a cluster: the oracle of these tests. */
public record OfficialReader(String bootstrapServers) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static OfficialReader of(RealKafka kafka) {
        return new OfficialReader(kafka.bootstrapServers());
    }

    void createTopic(String topic, int partitions, int replicas, Map<String, String> config) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) replicas).configs(config)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    Map<TopicPartition, OffsetAndMetadata> committed(String groupId) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.listConsumerGroupOffsets(groupId, new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    int producerEpoch(String transactionalId) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.describeTransactions(List.of(transactionalId))
                    .description(transactionalId)
                    .get(60, TimeUnit.SECONDS)
                    .producerEpoch();
        }
    }

    /** The values that consumers of committed records see up to the end, those of one partition in their order. */
    public List<String> committedValues(String... topics) {
        return values("read_committed", topics);
    }

    /** All values in the log, those of aborted transactions too. */
    List<String> allValues(String... topics) {
        return values("read_uncommitted", topics);
    }

    private List<String> values(String isolation, String... topics) {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation);
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                consumer.partitionsFor(topic)
                        .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            // Without committed transactions it would end at the last stable offset, so at that of an open one.
            Map<TopicPartition, Long> ends = highWatermarks(partitions);
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(new String(record.value(), UTF_8)));
                if (System.nanoTime() - deadlineNanos >= 0) {
                    throw new AssertionError("the end of " + ends + " was not reached; a transaction hangs?");
                }
            }
        }
        return values;
    }

    private Map<TopicPartition, Long> highWatermarks(List<TopicPartition> partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return consumer.endOffsets(partitions);
        }
    }

    KafkaProducer<String, String> transactionalProducer(String transactionalId) {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrapServers);
        config.put("transactional.id", transactionalId);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }
}
