package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A group reads what a producer sends, while brokers or members of the group go; the checker judges what all of them say. */
@Tag("failover")
@ExtendWith(NoLeaks.class)
@RealKafkaTest(brokers = 3)
class GroupScenarioTest {
    private static final int PARTITIONS = 6;
    private static final int SOME = 300;
    private static final Duration INTERVAL = Duration.ofMillis(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RealKafka brokers;
    private final OfficialConsumer official;
    private final String topic = "group-scenario-" + UUID.randomUUID();
    private final String group = "group-of-" + topic;
    private final History history = new History(System::nanoTime);

    private KafkaClient client;
    private Producer<String, String> producer;
    private RecordedLoad load;

    GroupScenarioTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = new OfficialConsumer(brokers);
    }

    @BeforeEach
    void send() throws Exception {
        official.createTopic(topic, PARTITIONS, 3, Map.of("min.insync.replicas", "2"));
        client = KafkaClient.connect(brokers.bootstrapServers());
        producer = Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
        load = RecordedLoad.start(history, "ottla", topic, PARTITIONS, INTERVAL, RecordSender.of(producer));
    }

    @AfterEach
    void end() {
        load.close();
        producer.close();
        client.close();
    }

    @Test
    void should_lose_and_repeat_nothing_that_was_committed_when_the_coordinator_is_killed() throws Exception {
        try (MemberThread first = member("first");
                MemberThread second = member("second")) {
            assertThat(List.of(first, second)).hasSize(2);
            awaitProgress("first", "second");
            RealBroker coordinator = coordinator();
            history.add(new HistoryEvent.FaultBegan("coordinator " + coordinator + " killed"));
            coordinator.kill();
            awaitProgress("first", "second");
            coordinator.start();
            coordinator.awaitReady();
            heal();
        }
        judge();
    }

    @Test
    void should_go_on_where_the_groups_leader_was_when_that_is_killed() throws Exception {
        try (MemberProcess leader = MemberProcess.start(history, brokers.bootstrapServers(), group, "leader", topic)) {
            // The first member of a group leads it.
            awaitProgress("leader");
            try (MemberThread first = member("first");
                    MemberThread second = member("second")) {
                assertThat(List.of(first, second)).hasSize(2);
                awaitProgress("leader", "first", "second");
                history.add(new HistoryEvent.FaultBegan("the group's leader killed"));
                leader.kill();
                Set<TopicPartition> its = assignedLast("leader");
                await().atMost(PATIENCE)
                        .until(() -> its.stream()
                                .allMatch(partition -> doneAfterCrash().contains(partition)));
                heal();
            }
        }
        judge();
    }

    @Test
    void should_write_and_read_on_when_all_brokers_are_restarted_in_turn() throws Exception {
        try (MemberThread first = member("first");
                MemberThread second = member("second")) {
            assertThat(List.of(first, second)).hasSize(2);
            awaitProgress("first", "second");
            for (RealBroker broker : brokers.brokers()) {
                history.add(new HistoryEvent.FaultBegan(broker + " restarted"));
                broker.restart();
                load.awaitMore(SOME);
                awaitProgress("first", "second");
            }
            heal();
        }
        ScenarioTable.tell("rolling restart, while a group reads", "GroupScenarioTest", history, judge());
    }

    private MemberThread member(String name) {
        return MemberThread.start(history, brokers.bootstrapServers(), group, name, topic);
    }

    /** Waits until each of these members is done with some more records. */
    private void awaitProgress(String... members) {
        Map<String, Long> before = done();
        await().atMost(PATIENCE).until(() -> {
            Map<String, Long> now = done();
            return List.of(members).stream()
                    .allMatch(member -> now.getOrDefault(member, 0L) >= before.getOrDefault(member, 0L) + SOME / 3);
        });
    }

    private Map<String, Long> done() {
        return history.entries().stream()
                .filter(entry -> entry.event() instanceof Done)
                .collect(Collectors.groupingBy(entry -> ((Done) entry.event()).member(), Collectors.counting()));
    }

    private Set<TopicPartition> assignedLast(String member) {
        return history.entries().stream()
                .map(History.Entry::event)
                .filter(event ->
                        event instanceof Assigned assigned && assigned.member().equals(member))
                .map(event -> ((Assigned) event).partitions())
                .reduce(Set.of(), (earlier, later) -> later);
    }

    private Set<TopicPartition> doneAfterCrash() {
        return history.entries().stream()
                .map(History.Entry::event)
                .dropWhile(event -> !(event instanceof HistoryEvent.Crashed))
                .filter(event -> event instanceof Done)
                .map(event -> ((Done) event).partition())
                .collect(Collectors.toSet());
    }

    private RealBroker coordinator() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            return brokers.broker(admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .coordinator()
                    .id());
        }
    }

    /** Ends the load, and waits until the group is done with all of it. */
    private void heal() {
        history.add(new HistoryEvent.Healed());
        load.awaitMore(SOME);
        load.close();
        int sent = SendSummary.of(history).sent();
        await().atMost(PATIENCE)
                .until(() -> history.entries().stream()
                                .map(History.Entry::event)
                                .filter(event -> event instanceof Done)
                                .map(event -> ((Done) event).partition() + "@" + ((Done) event).offset())
                                .distinct()
                                .count()
                        >= sent);
    }

    private Verdict judge() throws Exception {
        producer.close();
        official.committed(group)
                .forEach(
                        (partition, offset) -> history.add(new HistoryEvent.CommittedOffset(group, partition, offset)));
        Truth.tell(history, official, topic);
        Set<Invariant> promised = EnumSet.copyOf(Invariant.ofIdempotentProducer());
        promised.addAll(Invariant.ofGroup());
        Verdict verdict = HistoryChecker.of(promised).check(history);
        assertThat(verdict).matches(Verdict::isGood, "good");
        assertThat(SendSummary.of(history).unacknowledged()).isZero();
        return verdict;
    }
}
