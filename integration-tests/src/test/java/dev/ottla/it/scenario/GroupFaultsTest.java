package dev.ottla.it.scenario;

import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.PartitionLag;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.GroupProtocol;
import dev.ottla.config.IsolationLevel;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.fault.Fault;
import dev.ottla.testkit.fault.FaultRule;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Groups whose members and coordinator don't hear each other, or not in time. All scenarios run at the same time, each with a
 * topic, a group and a {@code client.id} of its own, by which the proxy before the broker tells them apart.
 */
@ExtendWith(ProxiedBroker.class)
@Timeout(300)
class GroupFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

    /** Of a fetch request without its client id: the last byte of the session's id. */
    private static final int SESSION_ID = 31;

    private static RealKafka kafka;

    /** What goes wrong in a group without members yet, which is well again in the end. */
    private interface Trouble {
        void happen(GroupRun run) throws Exception;
    }

    private record Scenario(String name, GroupMode mode, Trouble trouble) {
        Scenario(String name, GroupProtocol protocol, Trouble trouble) {
            this(name, protocol, IsolationLevel.READ_UNCOMMITTED, trouble);
        }

        Scenario(String name, GroupProtocol protocol, IsolationLevel isolation, Trouble trouble) {
            this(name, new GroupMode(protocol, isolation, name.replaceAll("\\W+", "-"), REQUEST_TIMEOUT), trouble);
        }
    }

    private record Outcome(Scenario scenario, History history, Verdict verdict) {}

    @BeforeAll
    static void start() {
        kafka = ProxiedBroker.kafka();
    }

    @AfterEach
    void heal() {
        kafka.proxy(1).removeAll();
    }

    private static List<Scenario> scenarios() {
        return List.of(
                new Scenario(
                        "commits lost",
                        GroupProtocol.CLASSIC,
                        whileTwoRead(Fault.swallow().requests().api("OffsetCommit"), 2)),
                new Scenario(
                        "commits done, their answers lost",
                        GroupProtocol.CLASSIC,
                        whileTwoRead(Fault.reset().responses().api("OffsetCommit"), 5)),
                new Scenario(
                        "commits answered after the request timeout",
                        GroupProtocol.CONSUMER,
                        whileTwoRead(
                                Fault.delay(REQUEST_TIMEOUT.plusMillis(500))
                                        .responses()
                                        .api("OffsetCommit"),
                                2)),
                new Scenario("fetch sessions evicted", GroupProtocol.CLASSIC, GroupFaultsTest::evict),
                new Scenario(
                        "committed offsets can not be fetched for long, classic",
                        GroupProtocol.CLASSIC,
                        whileOneJoins(Fault.reset().responses().api("OffsetFetch"), 8)),
                new Scenario(
                        "committed offsets can not be fetched for long, KIP-848",
                        GroupProtocol.CONSUMER,
                        whileOneJoins(Fault.reset().responses().api("OffsetFetch"), 8)),
                new Scenario(
                        "heartbeats done, their answers lost, while one joins (KIP-848)",
                        GroupProtocol.CONSUMER,
                        whileOneJoins(Fault.reset().responses().api("ConsumerGroupHeartbeat"), 5)),
                new Scenario(
                        "member frozen (SIGSTOP) until others have its partitions, classic",
                        GroupProtocol.CLASSIC,
                        GroupFaultsTest::freeze),
                new Scenario(
                        "member frozen (SIGSTOP) until others have its partitions, KIP-848",
                        GroupProtocol.CONSUMER,
                        GroupFaultsTest::freeze),
                new Scenario(
                        "transaction never ended, until an operator aborts it; reading committed",
                        GroupProtocol.CONSUMER,
                        IsolationLevel.READ_COMMITTED,
                        GroupFaultsTest::hang));
    }

    /** So many times. */
    private static Trouble whileTwoRead(Fault fault, int times) {
        return run -> {
            run.join("first", "second");
            run.fault(fault.toString());
            FaultRule rule =
                    kafka.proxy(1).install(fault.clientId(run.clientId()).times(times));
            rule.awaitHits(times, PATIENCE);
            rule.remove();
            run.awaitProgress("first", "second");
        };
    }

    /** Until it has happened so many times. */
    private static Trouble whileOneJoins(Fault fault, int times) {
        return run -> {
            run.join("first");
            run.fault(fault.toString());
            FaultRule rule = kafka.proxy(1).install(fault.clientId(run.clientId()));
            run.begin("second");
            rule.awaitHits(times, PATIENCE);
            rule.remove();
            run.awaitProgress("first", "second");
        };
    }

    /** The broker does not know the session of any request that goes on with one; those that open one get through. */
    private static void evict(GroupRun run) {
        int often = 20;
        run.join("first", "second");
        run.fault("fetch sessions evicted");
        Fault flip = Fault.flip(SESSION_ID + run.clientId().length(), 1);
        try (FaultRule rule =
                kafka.proxy(1).install(flip.requests().api("Fetch").clientId(run.clientId()))) {
            rule.awaitHits(often, PATIENCE);
            run.awaitProgress("first", "second");
        }
    }

    private static void freeze(GroupRun run) throws Exception {
        MemberProcess frozen = run.joinProcess("frozen");
        run.join("first");
        run.awaitProgress("frozen", "first");
        run.fault("SIGSTOP");
        frozen.freeze();
        run.awaitSuccessorsOf("frozen");
        frozen.thaw();
        run.awaitProgress("frozen");
    }

    private static void hang(GroupRun run) throws Exception {
        int enough = 100;
        TopicPartition partition = new TopicPartition(run.topic(), 0);
        run.join("first", "second");
        try (OpenTransaction open = OpenTransaction.begin(kafka, run.history(), partition);
                KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Admin admin = Admin.create(client)) {
            run.fault("transaction open");
            await().atMost(PATIENCE).until(() -> {
                PartitionLag lag = admin.groups()
                        .lag(run.group())
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .get(partition);
                // Everything in front of the transaction was read, and what waits behind it is to be seen.
                return lag.committed()
                                .filter(all -> all.offset() == open.offset())
                                .isPresent()
                        && lag.lag().orElse(0) >= enough;
            });
            run.awaitProgress("first", "second");
            open.abortByAdmin();
        }
    }

    @Test
    void should_do_everything_and_commit_nothing_that_is_not_done() throws Exception {
        List<Scenario> scenarios = scenarios();
        ExecutorService threads = Executors.newFixedThreadPool(scenarios.size());
        try {
            List<Future<Outcome>> running = new ArrayList<>();
            for (Scenario scenario : scenarios) {
                running.add(threads.submit(() -> run(scenario)));
            }
            for (Future<Outcome> each : running) {
                Outcome outcome = each.get(4, TimeUnit.MINUTES);
                ConsumerTable.tell(outcome.scenario().name(), "GroupFaultsTest", outcome.history(), outcome.verdict());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Outcome run(Scenario scenario) throws Exception {
        try (GroupRun run = GroupRun.start(kafka, scenario.mode())) {
            scenario.trouble().happen(run);
            return new Outcome(scenario, run.history(), run.end());
        } catch (Exception | AssertionError e) {
            throw new AssertionError(scenario.name(), e);
        }
    }
}
