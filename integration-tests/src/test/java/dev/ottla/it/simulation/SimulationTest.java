package dev.ottla.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.it.simulation.Scenario.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every scenario over its seeds, on a virtual clock. {@code -Dottla.scenario=NAME} runs no other;
 * {@code -Dottla.seed=N} repeats one seed with all steps written to {@code target/simulation}; {@code -Dottla.seeds=N} runs so many
 * of each, or fewer of those that take longer.
 */
@Tag("simulation")
class SimulationTest {
    static final int SEEDS = Integer.getInteger("ottla.seeds", 500);
    private static final Path DIRECTORY = Path.of("target", "simulation");
    private static final AtomicInteger GOOD = new AtomicInteger();

    static List<Scenario> scenarios() {
        String only = System.getProperty("ottla.scenario");
        return only == null ? Scenario.all() : List.of(Scenario.named(only));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    @Execution(ExecutionMode.CONCURRENT)
    void should_keep_its_promises_whatever_the_seed(Scenario scenario) {
        Long only = Long.getLong("ottla.seed");
        if (only != null) {
            replay(scenario, only);
            return;
        }
        long beganNanos = System.nanoTime();

        int count = Math.max(1, SEEDS / scenario.cost());
        int good = Seeds.run(scenario, 1, count);

        System.out.printf(
                "Simulation: %d seeds of scenario %s are good (%d ms)%n",
                good,
                scenario.name(),
                Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
        assertThat(good).isEqualTo(count);
        GOOD.addAndGet(good);
    }

    @AfterAll
    static void tellHowMany() {
        System.out.printf("Simulation: %,d seeds in all are good%n", GOOD.get());
    }

    private static void replay(Scenario scenario, long seed) {
        Plan plan = scenario.plan(seed);
        System.out.println("Simulation: see " + Seeds.replay(scenario, plan, DIRECTORY));
        assertThat(Seeds.failure(scenario, plan).map(Seeds.Failure::text)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    @Execution(ExecutionMode.CONCURRENT)
    void should_repeat_a_seed_to_the_bit(Scenario scenario) {
        for (long seed = 1; seed <= 20; seed++) {
            Plan plan = scenario.plan(seed);

            Outcome first = scenario.run(plan, true);
            Outcome second = scenario.run(scenario.plan(seed), true);

            assertThat(second.steps()).isEqualTo(first.steps());
            assertThat(second.traceHash()).isEqualTo(first.traceHash());
            assertThat(second.history().entries()).isEqualTo(first.history().entries());
        }
    }

    @Test
    void should_shrink_a_plan_to_what_matters() {
        Plan plan = new ReadScenario().plan(325);

        Plan smallest = plan.shrink(candidate -> candidate.faults().size() >= 2
                && candidate.steps(Plan.Step.Send.class).size() >= 3);

        assertThat(smallest.faults()).hasSize(2);
        assertThat(smallest.steps()).hasSize(3);
    }
}
