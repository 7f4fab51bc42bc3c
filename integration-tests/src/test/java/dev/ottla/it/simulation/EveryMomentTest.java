package dev.ottla.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.it.simulation.OneRebalance.Call;
import dev.ottla.it.simulation.OneRebalance.Course;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Makes each call at every moment of {@link OneRebalance}, instead of drawing moments. {@code -Dottla.moments.seeds=N} takes so many
 * orders of everything else.
 */
@Tag("simulation")
class EveryMomentTest {
    private static final int SEEDS = Integer.getInteger("ottla.moments.seeds", 1);

    @ParameterizedTest
    @EnumSource
    @Timeout(7_200)
    void should_keep_its_promises_wherever_a_call_comes_in_a_rebalance(GroupKind kind) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            long beganNanos = System.nanoTime();
            OneRebalance rebalance = new OneRebalance(kind, seed);
            Course course = rebalance.course();
            List<Call> calls = Call.all();

            List<String> problems = ThreeBatches.withoutLeakDetection(() -> problems(rebalance, course, calls));

            System.out.printf(
                    "Every moment of a rebalance, %s, seed %d: %d steps, %,d runs of %d calls (%d ms)%n",
                    kind.scenario(),
                    seed,
                    course.steps().size(),
                    calls.stream().mapToInt(call -> course.moments(call).size()).sum(),
                    calls.size(),
                    Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
            assertThat(problems).isEmpty();
        }
    }

    private static List<String> problems(OneRebalance rebalance, Course course, List<Call> calls) {
        return calls.parallelStream()
                .flatMap(call -> course.moments(call).stream().map(steps -> rebalance.badness(course, call, steps)))
                .filter(problem -> !problem.isEmpty())
                .toList();
    }
}
