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
 * Takes every way through {@link ThreeBatches}, in the sense of {@link Exploration}, and goes on once from all {@link Moment}s
 * that are one. {@code -Dottla.exhaustive.faults=2} has two faults on a way instead of one,
 * {@code -Dottla.exhaustive.messages=all} decides on the order of messages without records too,
 * {@code -Dottla.exhaustive.moments=seen} tells moments apart by all that was seen before,
 * {@code -Dottla.exhaustive.compare=LONG} compares what comes of the patient producer's moments.
 */
@Tag("simulation")
class ExhaustiveTest {
    private static final int FAULTS_MAX = Integer.getInteger("ottla.exhaustive.faults", 1);
    private static final boolean DECIDES_EVERY_MESSAGE =
            System.getProperty("ottla.exhaustive.messages", "records").equals("all");
    private static final boolean MERGES_MOMENTS =
            System.getProperty("ottla.exhaustive.moments", "one").equals("one");
    private static final Patience COMPARED = Patience.valueOf(System.getProperty("ottla.exhaustive.compare", "SHORT"));

    @ParameterizedTest
    @EnumSource
    @Timeout(7_200)
    void should_write_three_batches_once_and_in_order_whatever_comes_first(Patience patience) {
        Result result = explore(patience, FAULTS_MAX, DECIDES_EVERY_MESSAGE, MERGES_MOMENTS);

        assertThat(result.isGood()).as(result.toString()).isTrue();
    }

    /**
     * A state is what the client has seen (sends and answers, in their order) and how many batches have come to the broker: with
     * {@code a} sends and {@code s} answers there are {@code a - s + 1} possible numbers of these.
     */
    @Test
    void should_find_every_state_of_three_batches_without_faults() {
        Result result = explore(Patience.LONG, 0, false, false);

        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(result.states()).isEqualTo(states(0, 0));
    }

    /**
     * Takes all ways, told apart by what was seen, and then those from moments that are not one. If {@link Moment}
     * left anything out that matters, different things would come of the same, or moments would be missed.
     */
    @Test
    @Timeout(7_200)
    void should_go_on_the_same_way_from_moments_that_are_one() {
        Consequences ofAll = consequences(false);
        Consequences ofOne = consequences(true);

        System.out.printf(
                "Exhaustive: %s patience, up to %d faults: %,d moments on all ways, %,d different steps compared,"
                        + " %,d moments gone on from once%n",
                COMPARED,
                FAULTS_MAX,
                ofAll.moments().size(),
                ofAll.steps(),
                ofOne.moments().size());
        assertThat(ofAll.contradictions()).isEmpty();
        assertThat(ofOne.moments()).isEqualTo(ofAll.moments());
    }

    private static Consequences consequences(boolean mergesMoments) {
        Consequences consequences = new Consequences();
        Result result = ThreeBatches.withoutLeakDetection(() -> Exploration.explore(
                ThreeBatches.scope(FAULTS_MAX, false),
                () -> ThreeBatches.noting(consequences, COMPARED, mergesMoments)));
        assertThat(result.isGood()).as(result.toString()).isTrue();
        return consequences;
    }

    private static int states(int sends, int answers) {
        int here = sends - answers + 1;
        int afterSend = sends < 3 ? states(sends + 1, answers) : 0;
        int afterAnswer = answers < sends ? states(sends, answers + 1) : 0;
        return here + afterSend + afterAnswer;
    }

    private static Result explore(
            Patience patience, int faultsMax, boolean decidesEveryMessage, boolean mergesMoments) {
        long beganNanos = System.nanoTime();
        Result result = ThreeBatches.withoutLeakDetection(() -> Exploration.explore(
                ThreeBatches.scope(faultsMax, decidesEveryMessage), () -> new ThreeBatches(patience, mergesMoments)));
        System.out.printf(
                "Exhaustive: one partition, three batches, %s patience, up to %d faults of %d kinds, order of %s, %s: %s"
                        + " (%d ms)%n",
                patience,
                faultsMax,
                ThreeBatches.kindsOfFaults(),
                decidesEveryMessage ? "every message" : "messages with records",
                mergesMoments ? "moments told apart by what is" : "moments told apart by what was seen",
                result,
                Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
        return result;
    }
}
