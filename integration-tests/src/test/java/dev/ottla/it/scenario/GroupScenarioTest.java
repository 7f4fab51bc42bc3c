package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.config.GroupProtocol;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Groups read what a producer sends, while brokers or members go; the checker judges what all of them say. There is a group of
 * each protocol, so that each fault happens once and hits both.
 */
@Tag("failover")
@ExtendWith(NoLeaks.class)
@RealKafkaTest(brokers = 3)
class GroupScenarioTest {
    private static final Duration BETWEEN_MOVES = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final RealKafka brokers;
    private final List<GroupRun> runs = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    GroupScenarioTest(RealKafka brokers) {
        this.brokers = brokers;
    }

    @BeforeEach
    void send() throws Exception {
        runs.add(GroupRun.start(brokers, GroupMode.of(GroupProtocol.CLASSIC)));
        runs.add(GroupRun.start(brokers, GroupMode.of(GroupProtocol.CONSUMER)));
    }

    @AfterEach
    void end() throws Exception {
        try {
            inEach(GroupRun::close);
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Step {
        void take(GroupRun run) throws Exception;
    }

    /** In all of them at the same time. */
    private void inEach(Step step) throws Exception {
        List<Callable<Void>> steps = new ArrayList<>();
        for (GroupRun run : runs) {
            steps.add(() -> {
                step.take(run);
                return null;
            });
        }
        for (Future<Void> each : threads.invokeAll(steps, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            each.get();
        }
    }

    @Test
    void should_lose_and_repeat_nothing_that_was_committed_when_the_coordinator_is_killed() throws Exception {
        inEach(run -> run.join("first", "second"));
        RealBroker coordinator = brokers.broker(coordinatorOfBoth());
        inEach(run -> run.fault("coordinator " + coordinator + " killed"));
        coordinator.kill();
        inEach(run -> run.awaitProgress("first", "second"));
        coordinator.start();
        coordinator.awaitReady();
        judge("coordinator killed (kill -9)");
    }

    /** It may just be moving, after what the test before has done to brokers. */
    private int coordinatorOfBoth() {
        return await().atMost(PATIENCE)
                .until(
                        () -> new HashSet<>(List.of(runs.get(0).coordinator(), runs.get(1).coordinator())),
                        ids -> ids.size() == 1)
                .iterator()
                .next();
    }

    @Test
    void should_go_on_where_the_first_member_was_when_that_is_killed() throws Exception {
        // In the classic protocol, it is the one that leads the group.
        Map<GroupRun, MemberProcess> first = new ConcurrentHashMap<>();
        inEach(run -> {
            first.put(run, run.joinProcess("leader"));
            run.join("first", "second");
            run.awaitProgress("leader", "first", "second");
        });
        inEach(run -> {
            run.fault("the first member killed");
            first.get(run).kill();
            run.awaitSuccessorsOf("leader");
        });
        judge("first member killed (kill -9)");
    }

    @Test
    void should_write_and_read_on_when_all_brokers_are_restarted_in_turn() throws Exception {
        inEach(run -> run.join("first", "second"));
        for (RealBroker broker : brokers.brokers()) {
            inEach(run -> run.fault(broker + " restarted"));
            broker.restart();
            inEach(run -> {
                run.awaitSends();
                run.awaitProgress("first", "second");
            });
        }
        judgeBoth("rolling restart, while a group reads");
    }

    @Test
    void should_follow_leaders_and_coordinators_that_move_every_500_ms() throws Exception {
        int rounds = 6;
        inEach(run -> run.join("first", "second"));
        int moved = 0;
        try (MovingLeaders leaders = new MovingLeaders(brokers)) {
            inEach(run -> run.fault("leaders move"));
            for (int round = 0; round < rounds; round++) {
                for (GroupRun run : runs) {
                    moved += leaders.move(run.topic());
                }
                moved += leaders.move(MovingLeaders.COORDINATORS);
                LockSupport.parkNanos(BETWEEN_MOVES.toNanos());
            }
        }
        inEach(run -> run.awaitProgress("first", "second"));
        judgeBoth("all leaders and coordinators of three brokers move every 500 ms, while a group reads");
        assertThat(moved).as("leaders that moved").isGreaterThan(rounds * GroupRun.PARTITIONS);
    }

    /** What was read. */
    private void judge(String scenario) throws Exception {
        for (Map.Entry<GroupRun, Verdict> each : verdicts().entrySet()) {
            tell(scenario, each.getKey(), each.getValue());
        }
    }

    /** What was read, and what was sent. */
    private void judgeBoth(String scenario) throws Exception {
        for (Map.Entry<GroupRun, Verdict> each : verdicts().entrySet()) {
            GroupRun run = each.getKey();
            ScenarioTable.tell(run.nameOf(scenario), "GroupScenarioTest", run.history(), each.getValue());
            tell(scenario, run, each.getValue());
        }
    }

    private Map<GroupRun, Verdict> verdicts() throws Exception {
        Map<GroupRun, Verdict> verdicts = new ConcurrentHashMap<>();
        inEach(run -> verdicts.put(run, run.end()));
        return verdicts;
    }

    private static void tell(String scenario, GroupRun run, Verdict verdict) throws Exception {
        ConsumerTable.tell(run.nameOf(scenario), "GroupScenarioTest", run.history(), verdict);
    }
}
