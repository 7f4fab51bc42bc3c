package dev.ottla.it.producer;

import dev.ottla.testkit.RealKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the official client finds in a topic, and topics made by it: the oracle of these tests. */
final class OfficialConsumer {
    private final String bootstrapServers;

    OfficialConsumer(RealKafka kafka) {
        this.bootstrapServers = kafka.bootstrapServers();
    }

    void createTopic(String topic, int partitions, int replicas, Map<String, String> config) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            NewTopic newTopic = new NewTopic(topic, partitions, (short) replicas).configs(config);
            admin.createTopics(List.of(newTopic)).all().get();
        }
    }

    /** With the replicas of every partition, of which the first leads. */
    void createTopic(String topic, Map<Integer, List<Integer>> replicas, Map<String, String> config) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            NewTopic newTopic = new NewTopic(topic, replicas).configs(config);
            admin.createTopics(List.of(newTopic)).all().get();
        }
    }

    /** All records of the topic, those of one partition in their order; waits until there are as many. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest", "check.crcs", "true");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(count);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (records.size() < count || !isAtEnd(consumer, ends)) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                if (System.nanoTime() - deadlineNanos >= 0) {
                    break;
                }
            }
        }
        return records;
    }

    private static boolean isAtEnd(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
