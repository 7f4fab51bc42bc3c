package dev.ottla.it.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.it.rounds.GroupRounds.Result;
import dev.ottla.it.scenario.ConsumerTable;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.RealKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Groups of Ottla and kafka-clients side by side, whose members join, leave, are killed and stand still at random: every record
 * is done at least once, no partition has two owners, no commit goes back or passes what is not done. One group for each way of
 * dividing partitions, all at once.
 */
class GroupRoundsTest {
    private static final long SEED = Long.getLong("ottla.rounds.seed", 20_260);

    @Test
    void should_keep_all_promises_over_400_rounds() throws Exception {
        Pace pace = new Pace(100, Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(6));
        try (FakeKafka kafka = FakeKafka.builder()
                .brokers(1)
                .consumerHeartbeatInterval(Duration.ofMillis(50))
                .consumerSessionTimeout(Duration.ofSeconds(2))
                .start()) {
            assertGood("100 random rounds with kafka-clients, in memory", run(kafka.bootstrapServers(), pace));
        }
    }

    /** With a real broker, for {@code -Dottla.rounds} rounds of each way; prints the table of docs/groups.md. */
    @Test
    @EnabledIfSystemProperty(named = "ottla.rounds", matches = "\\d+")
    void should_keep_all_promises_with_a_real_broker() throws Exception {
        Pace pace = new Pace(
                Integer.getInteger("ottla.rounds"),
                Duration.ofMillis(600),
                Duration.ofSeconds(3),
                Duration.ofSeconds(6));
        try (RealKafka kafka = RealKafka.builder()
                .config("group.consumer.min.session.timeout.ms", "6000")
                .config("group.consumer.session.timeout.ms", "6000")
                .start()) {
            assertGood("random rounds with kafka-clients, on a real broker", run(kafka.bootstrapServers(), pace));
        }
    }

    private static List<Result> run(String bootstrapServers, Pace pace) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(Way.values().length);
        try {
            List<Future<Result>> running = new ArrayList<>();
            for (Way way : Way.values()) {
                running.add(threads.submit(() -> new GroupRounds(bootstrapServers, way, SEED, pace).run()));
            }
            List<Result> results = new ArrayList<>();
            for (Future<Result> each : running) {
                results.add(each.get(1, TimeUnit.HOURS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertGood(String scenario, List<Result> results) throws IOException {
        results.forEach(result -> System.out.println(result.summary()));
        assertThat(results)
                .allSatisfy(result -> assertThat(result.verdict().violations())
                        .as("%s, seed %d: %s", result.way(), SEED, result.summary())
                        .isEmpty());
        for (Result each : results) {
            String way = each.way().name().toLowerCase(Locale.ROOT).replace('_', '-');
            ConsumerTable.tell(scenario + ": " + way, "GroupRoundsTest", each.history(), each.verdict());
        }
    }
}
