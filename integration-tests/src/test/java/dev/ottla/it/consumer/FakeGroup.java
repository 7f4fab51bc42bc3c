package dev.ottla.it.consumer;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A cluster in memory for all tests of a class, and for each of them a client and a group of its own. */
final class FakeGroup implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final Duration HEARTBEAT = Duration.ofMillis(50);

    private FakeKafka kafka;
    private OfficialClient official;
    private KafkaClient client;
    private String group;

    @Override
    public void beforeAll(ExtensionContext context) {
        kafka = FakeKafka.builder().consumerHeartbeatInterval(HEARTBEAT).start();
        official = new OfficialClient(kafka.bootstrapServers());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        client = KafkaClient.connect(kafka.bootstrapServers());
        group = "g-" + UUID.randomUUID();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        client.close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        kafka.close();
    }

    OfficialClient official() {
        return official;
    }

    ConsumerBuilder<String, String> member(String topic) {
        return Consumer.builder(client)
                .group(group)
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(100))
                .heartbeatInterval(HEARTBEAT)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    /** All members are out of the group, and hear it with their next heartbeat. */
    void expelAll() throws Exception {
        try (Admin admin = official.admin()) {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    String group() {
        return group;
    }

    /** Reads these partitions, whoever else does. */
    ConsumerBuilder<byte[], byte[]> reader(TopicPartition... partitions) {
        return Consumer.builder(client).assign(partitions);
    }

    /** Looks at all partitions of the topic, and at what the group has committed, without being its member. */
    Consumer<byte[], byte[]> outsider(String topic, int partitions) {
        return Consumer.builder(client)
                .group(group)
                .assign(IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(topic, number))
                        .toList())
                .enableAutoCommit(false)
                .build();
    }

    /** A new one, with so many records in each partition. */
    String topic(int partitions, int records) {
        String topic = official.createTopic(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            official.produce(topic, partition, 0, records);
        }
        return topic;
    }
}
