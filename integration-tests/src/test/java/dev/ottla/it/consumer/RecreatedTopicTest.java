package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.errors.BrokerException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A topic that is deleted and created again while it is read: another topic, whose offsets begin anew. */
@RealKafkaTest
class RecreatedTopicTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private enum Cluster {
        IN_MEMORY,
        REAL
    }

    private final RealKafka real;
    private final FakeKafka inMemory = FakeKafka.builder()
            .autoCreateTopics(false)
            .consumerHeartbeatInterval(Duration.ofMillis(100))
            .start();
    private final List<TopicPartition> recreated = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private final String group = "g-" + UUID.randomUUID();
    private OfficialClient official;
    private KafkaClient client;
    private TopicPartition partition;

    RecreatedTopicTest(RealKafka real) {
        this.real = real;
    }

    @AfterEach
    void stop() {
        client.close();
        inMemory.close();
    }

    private void connect(Cluster cluster) {
        String bootstrapServers = cluster == Cluster.REAL ? real.bootstrapServers() : inMemory.bootstrapServers();
        official = new OfficialClient(bootstrapServers);
        client = KafkaClient.connect(bootstrapServers);
        partition = new TopicPartition(official.createTopic(1), 0);
    }

    @ParameterizedTest
    @EnumSource
    void should_tell_of_it_and_begin_anew(Cluster cluster) throws Exception {
        // given
        connect(cluster);
        official.produce(partition.topic(), 0, 0, 5);
        RebalanceListener listener = new RebalanceListener() {
            @Override
            public void onTopicRecreated(Consumer<?, ?> consumer, TopicPartition its) {
                recreated.add(its);
            }
        };
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .assign(partition)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .rebalanceListener(listener)
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            readUntil(consumer, 5);

            // when
            recreateTopic();
            official.produce(partition.topic(), 0, 100, 107);

            // then
            readUntil(consumer, 12);
            assertThat(values.subList(5, 12)).startsWith("v100").endsWith("v106");
            assertThat(recreated).containsExactly(partition);
        }
    }

    @ParameterizedTest
    @CsvSource({"IN_MEMORY, CLASSIC", "REAL, CLASSIC", "IN_MEMORY, CONSUMER", "REAL, CONSUMER"})
    void should_not_commit_offsets_of_the_old_topic_for_the_new_one(Cluster cluster, GroupProtocol protocol)
            throws Exception {
        // given
        connect(cluster);
        official.produce(partition.topic(), 0, 0, 5);
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .group(group)
                .topics(partition.topic())
                .groupProtocol(protocol)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofHours(1))
                .heartbeatInterval(Duration.ofMillis(100))
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            readUntil(consumer, 5);

            // when
            recreateTopic();
            official.produce(partition.topic(), 0, 100, 107);

            // then
            readUntil(consumer, 12);
            assertThat(values.subList(5, 12)).startsWith("v100").endsWith("v106");
        }
        assertThat(committed()).isIn(0L, 7L);
    }

    @ParameterizedTest
    @CsvSource({"IN_MEMORY, CLASSIC", "REAL, CLASSIC", "IN_MEMORY, CONSUMER"})
    void should_refuse_to_commit_records_of_the_old_topic(Cluster cluster, GroupProtocol protocol) throws Exception {
        // given
        connect(cluster);
        official.produce(partition.topic(), 0, 0, 5);
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .group(group)
                .topics(partition.topic())
                .groupProtocol(protocol)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .heartbeatInterval(Duration.ofMillis(100))
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            Records<byte[], String> last = readUntil(consumer, 5);

            // when
            recreateTopic();
            official.produce(partition.topic(), 0, 100, 107);
            readUntil(consumer, 12);

            // then
            assertThatThrownBy(() -> consumer.commit(last))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("Nothing was committed");
            assertThat(committed()).isZero();
            consumer.commit();
            assertThat(committed()).isEqualTo(7);
        }
    }

    private void recreateTopic() throws Exception {
        try (Admin admin = official.admin()) {
            admin.deleteTopics(List.of(partition.topic())).all().get(10, TimeUnit.SECONDS);
            admin.createTopics(List.of(new NewTopic(partition.topic(), 1, (short) 1)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    /** Returns what the last poll has brought. */
    private Records<byte[], String> readUntil(Consumer<byte[], String> consumer, int count) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            Records<byte[], String> records = consumer.poll(Duration.ofMillis(100));
                            records.forEach(record -> values.add(record.value()));
                            return records;
                        },
                        records -> values.size() >= count);
    }

    private long committed() {
        try (Consumer<byte[], byte[]> reader =
                Consumer.builder(client).group(group).assign(partition).build()) {
            OffsetAndMetadata committed = reader.committed(List.of(partition)).get(partition);
            return committed == null ? 0 : committed.offset();
        }
    }
}
