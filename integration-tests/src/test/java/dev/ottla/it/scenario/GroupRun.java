package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.GroupProtocol;
import dev.ottla.config.IsolationLevel;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** A group that reads what a producer sends at a steady pace, in a topic of its own; all of them tell a history about it. */
final class GroupRun implements AutoCloseable {
    static final int PARTITIONS = 6;
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of {@code __consumer_offsets} on three brokers; a group's coordinator leads the one of its name's hash. */
    private static final int OFFSETS_PARTITIONS = 3;

    private static final int SOME = 300;
    private static final Duration INTERVAL = Duration.ofMillis(3);

    private final RealKafka brokers;
    private final GroupMode mode;
    private final OfficialConsumer official;
    private final String topic = "group-scenario-" + UUID.randomUUID();
    private final String group = groupOf(topic);
    private final History history = new History(System::nanoTime);
    private final Deque<Runnable> leaves = new ArrayDeque<>();
    private final KafkaClient client;
    private final Producer<String, String> producer;
    private RecordedLoad load;

    private GroupRun(RealKafka brokers, GroupMode mode) {
        this.brokers = brokers;
        this.mode = mode;
        this.official = new OfficialConsumer(brokers);
        this.client = KafkaClient.connect(brokers.bootstrapServers());
        this.producer = Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }

    /** With the same coordinator as the groups of other runs: brokers take the absolute value of the hash. */
    private static String groupOf(String topic) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "group-" + number + "-of-" + topic)
                .filter(name -> name.hashCode() % OFFSETS_PARTITIONS == 0)
                .findFirst()
                .orElseThrow();
    }

    /** Begins to send; nobody reads yet. */
    static GroupRun start(RealKafka brokers, GroupMode mode) throws Exception {
        return start(brokers, mode, INTERVAL);
    }

    /** Begins to send so often; nobody reads yet. */
    static GroupRun start(RealKafka brokers, GroupMode mode, Duration interval) throws Exception {
        GroupRun run = new GroupRun(brokers, mode);
        int replicas = brokers.brokers().size();
        run.official.createTopic(
                run.topic, PARTITIONS, replicas, Map.of("min.insync.replicas", Integer.toString((replicas + 1) / 2)));
        if (mode.protocol() == GroupProtocol.CONSUMER) {
            run.shortenSession();
        }
        run.load = RecordedLoad.start(
                run.history, "ottla", run.topic, PARTITIONS, interval, RecordSender.of(run.producer));
        return run;
    }

    /** To what members of classic groups ask for: in this protocol, brokers decide on it. */
    private void shortenSession() throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        ConfigEntry timeout = new ConfigEntry(
                "consumer.session.timeout.ms", Long.toString(RecordedMember.SESSION_TIMEOUT.toMillis()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            admin.incrementalAlterConfigs(
                            Map.of(resource, List.of(new AlterConfigOp(timeout, AlterConfigOp.OpType.SET))))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A scenario's name with that of the protocol. */
    String nameOf(String scenario) {
        return scenario + (mode.protocol() == GroupProtocol.CONSUMER ? ", KIP-848" : ", classic");
    }

    History history() {
        return history;
    }

    String topic() {
        return topic;
    }

    String group() {
        return group;
    }

    /** Of its members, but for those in processes of their own. */
    String clientId() {
        return mode.clientId();
    }

    /** New members, each on a thread and a client of its own; waits until each has read something. */
    void join(String... names) {
        for (String name : names) {
            begin(name);
        }
        awaitProgress(names);
    }

    /** A new member, without waiting. */
    MemberThread begin(String name) {
        MemberThread member = MemberThread.start(history, brokers.bootstrapServers(), mode, group, name, topic);
        leaves.push(member::close);
        return member;
    }

    /** A new member in a process of its own; waits until it has read something. */
    MemberProcess joinProcess(String name) throws IOException {
        MemberProcess member = beginProcess(name);
        awaitProgress(name);
        return member;
    }

    /** A new member in a process of its own, without waiting. */
    MemberProcess beginProcess(String name) throws IOException {
        MemberProcess member =
                MemberProcess.start(history, brokers.bootstrapServers(), mode.protocol(), group, name, topic);
        leaves.push(member::close);
        return member;
    }

    void fault(String what) {
        history.add(new HistoryEvent.FaultBegan(what));
    }

    /** Waits until some more records have been sent and acknowledged. */
    void awaitSends() {
        load.awaitMore(SOME);
    }

    /** Waits until each of these members is done with some more records. */
    void awaitProgress(String... names) {
        Map<String, Long> before = done();
        await().atMost(PATIENCE).until(() -> {
            Map<String, Long> now = done();
            return List.of(names).stream()
                    .allMatch(member -> now.getOrDefault(member, 0L) >= before.getOrDefault(member, 0L) + SOME / 3);
        });
    }

    private Map<String, Long> done() {
        return history.entries().stream()
                .filter(entry -> entry.event() instanceof Done)
                .collect(Collectors.groupingBy(entry -> ((Done) entry.event()).member(), Collectors.counting()));
    }

    /** Waits until others are done with records of every partition that a member had, from now on. */
    void awaitSuccessorsOf(String member) {
        Set<TopicPartition> its = history.entries().stream()
                .map(History.Entry::event)
                .filter(event ->
                        event instanceof Assigned assigned && assigned.member().equals(member))
                .map(event -> ((Assigned) event).partitions())
                .reduce(Set.of(), (earlier, later) -> later);
        int begin = history.entries().size();
        await().atMost(PATIENCE).until(() -> {
            List<History.Entry> all = history.entries();
            return all.subList(begin, all.size()).stream()
                    .map(History.Entry::event)
                    .filter(event ->
                            event instanceof Done done && !done.member().equals(member))
                    .map(event -> ((Done) event).partition())
                    .collect(Collectors.toSet())
                    .containsAll(its);
        });
    }

    /** The broker that coordinates the group. */
    int coordinator() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .coordinator()
                    .id();
        }
    }

    /**
     * Nothing goes wrong any more: ends the load, waits until the group is done with all of it, has the members leave, and
     * judges.
     */
    Verdict end() throws Exception {
        history.add(new HistoryEvent.Healed());
        load.awaitMore(SOME);
        load.close();
        long sent = SendSummary.of(history).sent() - takenBack();
        await().atMost(PATIENCE)
                .until(() -> history.entries().stream()
                                .map(History.Entry::event)
                                .filter(event -> event instanceof Done)
                                .map(event -> ((Done) event).partition() + "@" + ((Done) event).offset())
                                .distinct()
                                .count()
                        >= sent);
        closeMembers();
        producer.close();
        official.committed(group)
                .forEach(
                        (partition, offset) -> history.add(new HistoryEvent.CommittedOffset(group, partition, offset)));
        Truth.tell(history, official, topic);
        Set<Invariant> promised = EnumSet.copyOf(Invariant.ofIdempotentProducer());
        promised.addAll(Invariant.ofGroup());
        if (mode.isolation() == IsolationLevel.READ_COMMITTED) {
            MarkersOnDisk.tell(history, brokers, topic);
            promised.addAll(Invariant.ofTransactions());
        }
        Verdict verdict = HistoryChecker.of(promised).check(history);
        assertThat(verdict).matches(Verdict::isGood, "good");
        assertThat(SendSummary.of(history).unacknowledged()).isZero();
        return verdict;
    }

    /** Records of transactions: here, all of these are aborted. */
    private long takenBack() {
        return history.entries().stream()
                .filter(entry -> entry.event() instanceof HistoryEvent.SentInTransaction)
                .count();
    }

    /** The last one first. */
    private void closeMembers() {
        while (!leaves.isEmpty()) {
            leaves.pop().run();
        }
    }

    @Override
    public void close() {
        try {
            closeMembers();
        } finally {
            load.close();
            producer.close();
            client.close();
        }
    }
}
