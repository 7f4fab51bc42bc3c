package dev.ottla.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.it.simulation.ThreeBatches.Patience;
import dev.ottla.testkit.Exploration;
import dev.ottla.testkit.Exploration.Result;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Takes every way through {@link ThreeBatches}, in the sense of {@link Exploration}. {@code -Dottla.exhaustive.faults=2} has two
 * faults on a way instead of one, {@code -Dottla.exhaustive.messages=all} decides on the order of messages without records too,
 * {@code -Dottla.exhaustive.states=alike} goes on from one of the moments that are alike.
 */
@Tag("simulation")
class ExhaustiveTest {
    private static final int FAULTS_MAX = Integer.getInteger("ottla.exhaustive.faults", 1);
    private static final boolean DECIDES_EVERY_MESSAGE =
            System.getProperty("ottla.exhaustive.messages", "records").equals("all");
    private static final boolean MERGES_ALIKE =
            System.getProperty("ottla.exhaustive.states", "seen").equals("alike");

    @ParameterizedTest
    @EnumSource
    @Timeout(7_200)
    void should_write_three_batches_once_and_in_order_whatever_comes_first(Patience patience) {
        Result result = explore(patience, FAULTS_MAX, DECIDES_EVERY_MESSAGE);

        assertThat(result.isGood()).as(result.toString()).isTrue();
    }

    /**
     * A state is what the client has seen (sends and answers, in their order) and how many batches have come to the broker: with
     * {@code a} sends and {@code s} answers there are {@code a - s + 1} possible numbers of these.
     */
    @Test
    void should_find_every_state_of_three_batches_without_faults() {
        Result result = explore(Patience.LONG, 0, false);

        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(result.states()).isEqualTo(states(0, 0));
    }

    private static int states(int sends, int answers) {
        int here = sends - answers + 1;
        int afterSend = sends < 3 ? states(sends + 1, answers) : 0;
        int afterAnswer = answers < sends ? states(sends, answers + 1) : 0;
        return here + afterSend + afterAnswer;
    }

    private static Result explore(Patience patience, int faultsMax, boolean decidesEveryMessage) {
        long beganNanos = System.nanoTime();
        Result result = ThreeBatches.withoutLeakDetection(() -> Exploration.explore(
                ThreeBatches.scope(faultsMax, decidesEveryMessage), () -> new ThreeBatches(patience, MERGES_ALIKE)));
        System.out.printf(
                "Exhaustive: one partition, three batches, %s patience, up to %d faults of %d kinds, order of %s, %s: %s"
                        + " (%d ms)%n",
                patience,
                faultsMax,
                ThreeBatches.kindsOfFaults(),
                decidesEveryMessage ? "every message" : "messages with records",
                MERGES_ALIKE ? "moments alike are one" : "all ways",
                result,
                Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
        return result;
    }
}
