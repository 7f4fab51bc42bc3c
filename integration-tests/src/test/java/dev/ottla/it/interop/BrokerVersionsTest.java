package dev.ottla.it.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.GroupState;
import dev.ottla.admin.NewTopic;
import dev.ottla.admin.TopicListing;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.it.interop.BrokerTable.Column;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What an application needs every day, with brokers from 2.8 on. Each version's line in {@code docs/compatibility.md} must be
 * what its tests found. A version whose jars can't be had is skipped, and {@code -DexcludedGroups=versions} skips all.
 */
@Tag("versions")
@ParameterizedClass(name = "Kafka {0}")
@FieldSource("VERSIONS")
class BrokerVersionsTest {
    static final List<String> VERSIONS = List.of("2.8.2", "3.3.2", "3.9.1", "4.0.2", "4.1.2", "4.2.0", "4.3.1");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Peer OTTLA = new OttlaPeer();

    private static RealKafka kafka;
    private static BrokerTable.Row row;

    private final String version;
    private KafkaClient client;

    BrokerVersionsTest(String version) {
        this.version = version;
    }

    @BeforeParameterizedClassInvocation
    static void start(String version) {
        row = new BrokerTable.Row(version);
        try {
            kafka = RealKafka.builder().version(version).start();
        } catch (RealKafkaException e) {
            assumeFalse(e.getCause() instanceof DependencyResolutionException, e.getMessage());
            throw e;
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        if (kafka != null) {
            kafka.close();
            kafka = null;
            BrokerTable.check(VERSIONS, row);
        }
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(kafka.bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void should_write_and_read_with_every_codec() {
        assertThat(kafka.version()).isEqualTo(version);
        List<Message> messages = Message.mixed(1_000);
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            // given
            Topic topic = Topic.create(kafka.bootstrapServers(), Message.PARTITIONS);

            // when
            OTTLA.write(topic, codec, messages);

            // then
            assertThat(Message.byPartition(OTTLA.read(topic))).as(codec).isEqualTo(Message.byPartition(messages));
        }
        row.found(Column.WRITE_AND_READ);
    }

    @Test
    void should_go_on_after_its_commit_when_member_and_broker_were_restarted() {
        // given
        int records = 1_000;
        Topic topic = Topic.create(kafka.bootstrapServers(), 3);
        List<Message> messages = Message.keyed(records);
        OTTLA.write(topic, "none", messages);

        // when
        List<String> keys;
        try (Consumer<String, String> consumer = member(topic)) {
            keys = keys(consumer, records / 3);
            consumer.commit();
        }
        kafka.broker(1).restart();
        int committed = keys.size();
        try (Consumer<String, String> consumer = member(topic)) {
            keys.addAll(keys(consumer, records - committed));
        }

        // then
        assertThat(committed).isBetween(records / 3, records - 1);
        assertThat(keys)
                .containsExactlyInAnyOrderElementsOf(
                        messages.stream().map(Message::key).toList());
        row.found(Column.GROUP_AND_COMMIT);
    }

    /** With brokers before 4.0 {@code auto} finds that out, and the group is a classic one. */
    @Test
    void should_share_partitions_in_the_newest_protocol_that_the_broker_has() {
        // given
        boolean hasConsumerProtocol = Integer.parseInt(version.substring(0, version.indexOf('.'))) >= 4;
        Topic topic = Topic.create(kafka.bootstrapServers(), 4);
        List<Message> messages = Message.keyed(400);
        OTTLA.write(topic, "none", messages);
        GroupProtocol protocol = hasConsumerProtocol ? GroupProtocol.CONSUMER : GroupProtocol.AUTO;

        // when
        Set<String> keys = new HashSet<>();
        try (Consumer<String, String> first =
                        builder(topic).groupProtocol(protocol).build();
                Consumer<String, String> second =
                        builder(topic).groupProtocol(protocol).build()) {
            await().atMost(PATIENCE).until(() -> {
                for (Consumer<String, String> consumer : List.of(first, second)) {
                    consumer.poll(Duration.ofMillis(50)).forEach(record -> keys.add(record.key()));
                }
                return keys.size() == messages.size()
                        && first.assignment().size() == 2
                        && second.assignment().size() == 2;
            });

            // then
            assertThat(first.assignment()).doesNotContainAnyElementsOf(second.assignment());
        }
        if (hasConsumerProtocol) {
            row.found(Column.CONSUMER_PROTOCOL);
        }
    }

    private Consumer<String, String> member(Topic topic) {
        return builder(topic).build();
    }

    private ConsumerBuilder<String, String> builder(Topic topic) {
        return Consumer.builder(client)
                .group("group-of-" + topic.name())
                .topics(topic.name())
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .maxPollRecords(50)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    private static List<String> keys(Consumer<String, String> consumer, int count) {
        List<String> keys = new ArrayList<>();
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (keys.size() < count && System.nanoTime() - deadlineNanos < 0) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                keys.add(record.key());
            }
        }
        return keys;
    }

    @Test
    void should_administer_topics_and_groups() {
        try (Admin admin = Admin.create(client)) {
            // given
            Topic topic = Topic.create(kafka.bootstrapServers(), 1);
            TopicPartition partition = new TopicPartition(topic.name(), 0);
            String group = "group-of-" + topic.name();
            OTTLA.write(topic, "none", Message.keyed(10));
            try (Consumer<String, String> consumer = member(topic)) {
                keys(consumer, 10);
                consumer.commit(Map.of(partition, new OffsetAndMetadata(4)));
            }
            String created = topic.name() + "-created";

            // when, then
            assertThat(admin.cluster().describe().join().nodes()).hasSize(1);
            admin.topics()
                    .create(NewTopic.of(created).partitions(3).replicationFactor(1))
                    .join()
                    .all();
            // A broker hears of what the controller has made a moment later.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(admin.topics().list().join())
                            .extracting(TopicListing::name)
                            .contains(created, topic.name()));
            assertThat(admin.topics()
                            .describe(topic.name())
                            .join()
                            .get(topic.name())
                            .partitions())
                    .hasSize(1);
            assertThat(admin.groups().describe(group).join().get(group).state()).isEqualTo(GroupState.EMPTY);
            assertThat(admin.groups().lag(group).join().get(partition).lag()).hasValue(6);
            admin.groups().delete(group).join().all();
            admin.topics().delete(created, topic.name()).join().all();
        }
        row.found(Column.ADMIN);
    }
}
