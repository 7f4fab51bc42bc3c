package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.it.scenario.DocumentedTable;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups in which Ottla and kafka-clients are members side by side, in each way that partitions can be divided. */
@RealKafkaTest
class GroupProtocolsTest {
    private static final int PARTITIONS = 6;
    private static final int PER_PARTITION = 50;

    private static final DocumentedTable VIEWS = DocumentedTable.in(
                    "consumer-scenarios.md",
                    "way",
                    "type",
                    "state",
                    "assignor",
                    "members and how many partitions each has",
                    "committed",
                    "lag")
            .judging("type", "state", "assignor", "members and how many partitions each has", "committed", "lag");

    /** How the members agree on who reads what. */
    private enum Way {
        RANGE("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor"),
        ROUND_ROBIN("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RoundRobinAssignor"),
        STICKY("partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor"),
        COOPERATIVE_STICKY(
                "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),
        UNIFORM("group.remote.assignor", "uniform"),
        RANGE_BY_BROKER("group.remote.assignor", "range");

        private final String key;
        private final String assignor;

        Way(String key, String assignor) {
            this.key = key;
            this.assignor = assignor;
        }

        /** What both kinds of members are configured with. */
        Map<String, String> config() {
            return key.equals("group.remote.assignor")
                    ? Map.of("group.protocol", "consumer", key, assignor)
                    : Map.of(key, assignor, "heartbeat.interval.ms", "200");
        }

        /** Whether a member goes on with what it keeps while others come and go. */
        boolean isIncremental() {
            return this == COOPERATIVE_STICKY || this == UNIFORM || this == RANGE_BY_BROKER;
        }
    }

    private final OfficialClient official;
    private final RealKafka kafka;
    private final String group = "g-" + UUID.randomUUID();
    private KafkaClient client;

    GroupProtocolsTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .clientId("ottla")
                .build());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(more);
        config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        return config;
    }

    private ConsumerBuilder<String, String> ours(String topic, Map<String, String> more) {
        return Consumer.builder(client)
                .config(config(more))
                .topics(topic)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    private SharingMember theirs(String topic, Map<String, String> more) {
        Map<String, String> config = config(more);
        config.put("client.id", "kafka-clients");
        return SharingMember.official(official.consumer(config), topic);
    }

    private String topicWithRecords() {
        String topic = official.createTopic(PARTITIONS);
        try (var producer = official.producer(Map.of())) {
            for (int i = 0; i < PARTITIONS * PER_PARTITION; i++) {
                producer.send(
                        new org.apache.kafka.clients.producer.ProducerRecord<>(topic, i % PARTITIONS, "k", "v" + i));
            }
        }
        return topic;
    }

    @ParameterizedTest
    @EnumSource
    void should_share_partitions_with_kafka_clients(Way way) throws Exception {
        // given
        String topic = topicWithRecords();
        List<SharingMember> members = new ArrayList<>();
        try (SharingMember first = SharingMember.ottla(ours(topic, way.config()).maxPollRecords(10));
                SharingMember second = theirs(topic, way.config());
                SharingMember third =
                        SharingMember.ottla(ours(topic, way.config()).maxPollRecords(10))) {
            // when
            members.add(first);
            SharingMember.untilShared(members, PARTITIONS);
            members.add(second);
            SharingMember.untilShared(members, PARTITIONS / 2);
            members.add(third);
            SharingMember.untilShared(members, PARTITIONS / 3);
            int takenFromFirst = first.taken;
            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (new HashSet<>(SharingMember.values(members)).size() < PARTITIONS * PER_PARTITION
                    && System.nanoTime() - deadlineNanos < 0) {
                members.forEach(SharingMember::poll);
            }

            // then
            List<String> values = SharingMember.values(members);
            assertThat(new HashSet<>(values)).isEqualTo(new HashSet<>(Polling.numbered(0, PARTITIONS * PER_PARTITION)));
            if (members.stream().noneMatch(member -> member.mayRepeat)) {
                assertThat(values).doesNotHaveDuplicates();
            }
            assertThat(SharingMember.isShared(members, PARTITIONS / 3)).isTrue();
            if (way.isIncremental()) {
                assertThat(takenFromFirst).as("only what moved").isLessThanOrEqualTo(PARTITIONS);
            }
            tellView(way, members);
        }
    }

    /** When all that was read is committed. */
    private void tellView(Way way, List<SharingMember> members) throws Exception {
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        try (Admin admin = official.admin()) {
            GroupView view = GroupView.of(admin, group);
            while (!view.state().equals("Stable") || view.committed() < PARTITIONS * PER_PARTITION) {
                assertThat(System.nanoTime() - deadlineNanos).as("%s", view).isNegative();
                members.forEach(SharingMember::poll);
                if (view.state().equals("Stable")) {
                    members.forEach(SharingMember::commit);
                }
                view = GroupView.of(admin, group);
            }
            VIEWS.tell(
                    way.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    view.type(),
                    view.state(),
                    view.assignor(),
                    view.members(),
                    Long.toString(view.committed()),
                    Long.toString(view.lag()));
        }
    }

    /** Of what {@code kafka-consumer-groups --describe} makes its table. */
    @ParameterizedTest
    @EnumSource(names = {"RANGE", "UNIFORM"})
    void should_look_right_to_the_admin_of_kafka_clients(Way way) throws Exception {
        // given three records of the first partition that were written after the commit
        String topic = topicWithRecords();
        try (Consumer<String, String> consumer = ours(topic, way.config()).build();
                Admin admin = official.admin()) {
            assertThat(Polling.values(consumer, PARTITIONS * PER_PARTITION)).hasSize(PARTITIONS * PER_PARTITION);
            consumer.commit();
            official.produce(topic, 0, 0, 3);

            // when
            ConsumerGroupDescription described = await().atMost(Duration.ofSeconds(40))
                    .until(
                            () -> admin.describeConsumerGroups(List.of(group))
                                    .all()
                                    .get(30, TimeUnit.SECONDS)
                                    .get(group),
                            found -> found.groupState() == GroupState.STABLE);
            Map<Integer, Long> lags = lags(admin);

            // then
            assertThat(described.type()).hasToString(way == Way.UNIFORM ? "Consumer" : "Classic");
            assertThat(described.partitionAssignor()).isEqualTo(way == Way.UNIFORM ? "uniform" : "range");
            assertThat(described.members()).singleElement().satisfies(member -> {
                assertThat(member.clientId()).isEqualTo("ottla");
                assertThat(member.consumerId()).isNotBlank();
                assertThat(member.host()).isNotBlank();
                assertThat(member.assignment().topicPartitions()).hasSize(PARTITIONS);
            });
            assertThat(lags).isEqualTo(Map.of(0, 3L, 1, 0L, 2, 0L, 3, 0L, 4, 0L, 5, 0L));
        }
    }

    private Map<Integer, Long> lags(Admin admin) throws Exception {
        var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(30, TimeUnit.SECONDS);
        Map<org.apache.kafka.common.TopicPartition, OffsetSpec> latest = new HashMap<>();
        committed.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        var ends = admin.listOffsets(latest).all().get(30, TimeUnit.SECONDS);
        Map<Integer, Long> lags = new HashMap<>();
        committed.forEach((partition, offset) ->
                lags.put(partition.partition(), ends.get(partition).offset() - offset.offset()));
        return lags;
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupProtocol.class,
            names = {"CLASSIC", "CONSUMER"})
    void should_give_a_static_member_its_partitions_back(GroupProtocol protocol) {
        // given
        String topic = topicWithRecords();
        Map<String, String> dynamic = Map.of("group.protocol", protocol.toString());
        Map<String, String> named = Map.of("group.protocol", protocol.toString(), "group.instance.id", "one");
        try (SharingMember other = SharingMember.ottla(ours(topic, dynamic))) {
            Set<Integer> before;
            int takenBefore;
            try (SharingMember one = SharingMember.ottla(ours(topic, named))) {
                SharingMember.untilShared(List.of(one, other), PARTITIONS / 2);
                before = one.partitions();
                takenBefore = other.taken;
            }

            // when
            try (SharingMember again = SharingMember.ottla(ours(topic, named))) {
                SharingMember.untilShared(List.of(again, other), PARTITIONS / 2);

                // then
                assertThat(again.partitions()).isEqualTo(before);
                assertThat(other.taken).as("the other one was left alone").isEqualTo(takenBefore);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupProtocol.class,
            names = {"CLASSIC", "CONSUMER"})
    void should_begin_where_the_group_was(GroupProtocol protocol) {
        // given
        String topic = official.createTopic(1);
        official.produce(topic, 0, 0, 20);
        Map<String, String> config = Map.of("group.protocol", protocol.toString());
        try (Consumer<String, String> first =
                ours(topic, config).maxPollRecords(7).build()) {
            assertThat(Polling.records(first, 7)).hasSize(7);
            first.commit();
        }

        // when
        try (Consumer<String, String> second =
                ours(topic, config).autoOffsetReset(AutoOffsetReset.latest()).build()) {
            // then
            assertThat(Polling.values(second, 13)).isEqualTo(Polling.numbered(7, 20));
        }
    }
}
