package dev.ottla.it.scenario;

import dev.ottla.config.GroupProtocol;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Members in processes of their own are killed (SIGKILL), stand still (SIGSTOP) and go on at random, while others join and leave
 * in good order, for {@code -Dottla.rounds} rounds in each protocol; the seed chooses.
 */
@Tag("failover")
@RealKafkaTest
@Timeout(1_800)
@EnabledIfSystemProperty(named = "ottla.rounds", matches = "\\d+")
class ProcessRoundsTest {
    private static final long SEED = Long.getLong("ottla.rounds.seed", 20_260);
    private static final int ROUNDS = Integer.getInteger("ottla.rounds", 0);
    private static final int PROCESSES_MAX = 3;
    private static final int THREADS_MAX = 2;
    private static final Duration ROUND_MAX = Duration.ofMillis(1_500);
    private static final Duration BETWEEN_RECORDS = Duration.ofMillis(10);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<MemberProcess> awake = new ArrayList<>();
    private final List<MemberProcess> frozen = new ArrayList<>();
    private final List<MemberThread> threads = new ArrayList<>();
    private int joined;

    @ParameterizedTest
    @EnumSource(
            value = GroupProtocol.class,
            names = {"CLASSIC", "CONSUMER"})
    void should_do_everything_whoever_is_killed_or_stands_still(GroupProtocol protocol, RealKafka kafka)
            throws Exception {
        try (GroupRun run = GroupRun.start(kafka, GroupMode.of(protocol), BETWEEN_RECORDS)) {
            run.join("witness");
            for (int round = 0; round < ROUNDS; round++) {
                happen(run);
                LockSupport.parkNanos(random.nextLong(ROUND_MAX.toNanos()));
            }
            for (MemberProcess each : frozen) {
                each.thaw();
            }
            run.awaitProgress("witness");
            ConsumerTable.tell(
                    run.nameOf("random rounds, processes killed (kill -9) and frozen (SIGSTOP) on a real broker"),
                    "ProcessRoundsTest",
                    run.history(),
                    run.end());
        }
    }

    private void happen(GroupRun run) throws IOException, InterruptedException {
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                if (awake.size() + frozen.size() < PROCESSES_MAX) {
                    awake.add(run.beginProcess("process-" + joined++));
                }
            }
            case 2 -> {
                if (!awake.isEmpty()) {
                    any(awake).kill();
                }
            }
            case 3 -> {
                if (!frozen.isEmpty()) {
                    any(frozen).kill();
                }
            }
            case 4 -> {
                if (!awake.isEmpty()) {
                    MemberProcess member = any(awake);
                    member.freeze();
                    frozen.add(member);
                }
            }
            case 5 -> {
                if (!frozen.isEmpty()) {
                    MemberProcess member = any(frozen);
                    member.thaw();
                    awake.add(member);
                }
            }
            case 6 -> {
                if (threads.size() < THREADS_MAX) {
                    threads.add(run.begin("thread-" + joined++));
                }
            }
            default -> {
                if (!threads.isEmpty()) {
                    any(threads).close();
                }
            }
        }
    }

    /** Takes one out. */
    private <T> T any(List<T> some) {
        return some.remove(random.nextInt(some.size()));
    }
}
