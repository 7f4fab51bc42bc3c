package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.GroupProtocol;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
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
    private static final Duration BETWEEN_MOVES = Duration.ofMillis(500);

    private final RealKafka brokers;
    private GroupRun run;

    GroupScenarioTest(RealKafka brokers) {
        this.brokers = brokers;
    }

    @BeforeEach
    void send() throws Exception {
        run = GroupRun.start(brokers, GroupMode.of(GroupProtocol.CLASSIC));
    }

    @AfterEach
    void end() {
        run.close();
    }

    @Test
    void should_lose_and_repeat_nothing_that_was_committed_when_the_coordinator_is_killed() throws Exception {
        run.join("first", "second");
        RealBroker coordinator = brokers.broker(run.coordinator());
        run.fault("coordinator " + coordinator + " killed");
        coordinator.kill();
        run.awaitProgress("first", "second");
        coordinator.start();
        coordinator.awaitReady();
        tell("coordinator killed (kill -9)", run.end());
    }

    @Test
    void should_go_on_where_the_groups_leader_was_when_that_is_killed() throws Exception {
        // The first member of a group leads it.
        MemberProcess leader = run.joinProcess("leader");
        run.join("first", "second");
        run.awaitProgress("leader", "first", "second");
        run.fault("the group's leader killed");
        leader.kill();
        run.awaitSuccessorsOf("leader");
        tell("member that leads the group killed (kill -9)", run.end());
    }

    @Test
    void should_write_and_read_on_when_all_brokers_are_restarted_in_turn() throws Exception {
        run.join("first", "second");
        for (RealBroker broker : brokers.brokers()) {
            run.fault(broker + " restarted");
            broker.restart();
            run.awaitSends();
            run.awaitProgress("first", "second");
        }
        tellBoth("rolling restart, while a group reads", run.end());
    }

    @Test
    void should_follow_leaders_and_coordinators_that_move_every_500_ms() throws Exception {
        int rounds = 6;
        run.join("first", "second");
        int moved = 0;
        try (MovingLeaders leaders = new MovingLeaders(brokers)) {
            run.fault("leaders move");
            for (int round = 0; round < rounds; round++) {
                moved += leaders.move(run.topic());
                moved += leaders.move(MovingLeaders.COORDINATORS);
                LockSupport.parkNanos(BETWEEN_MOVES.toNanos());
            }
        }
        run.awaitProgress("first", "second");
        tellBoth("all leaders and coordinators of three brokers move every 500 ms, while a group reads", run.end());
        assertThat(moved).as("leaders that moved").isGreaterThan(rounds * GroupRun.PARTITIONS / 2);
    }

    private void tell(String scenario, Verdict verdict) throws Exception {
        ConsumerTable.tell(scenario, "GroupScenarioTest", run.history(), verdict);
    }

    private void tellBoth(String scenario, Verdict verdict) throws Exception {
        ScenarioTable.tell(scenario, "GroupScenarioTest", run.history(), verdict);
        tell(scenario, verdict);
    }
}
