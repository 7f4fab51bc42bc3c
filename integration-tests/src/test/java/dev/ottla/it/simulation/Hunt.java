package dev.ottla.it.simulation;

import dev.ottla.it.simulation.OneRebalance.Call;
import dev.ottla.it.simulation.OneRebalance.Kind;
import dev.ottla.it.simulation.Scenario.Outcome;
import dev.ottla.it.simulation.ThreeBatches.Patience;
import dev.ottla.testkit.Exploration;
import java.util.OptionalLong;

/** Looks for a seed that breaks a promise. Called with nothing but the JDK's types, so that another class loader can. */
public final class Hunt {
    private Hunt() {}

    /** The first of so many seeds that breaks this invariant in this scenario. */
    public static OptionalLong firstSeed(String scenario, String invariant, long from, int count) {
        Scenario searched = Scenario.named(scenario);
        for (long seed = from; seed < from + count; seed++) {
            boolean isBroken = Seeds.failure(searched, searched.plan(seed))
                    .filter(failure -> failure.what().contains(invariant))
                    .isPresent();
            if (isBroken) {
                return OptionalLong.of(seed);
            }
        }
        return OptionalLong.empty();
    }

    /** What comes of one seed: the trace's hash, and what was broken in words. */
    public static String replay(String scenario, long seed) {
        Scenario replayed = Scenario.named(scenario);
        Outcome outcome = replayed.run(replayed.plan(seed), false);
        return outcome.traceHash() + " " + outcome.verdict();
    }

    /** A shortest way on which three batches go wrong with at most so many faults, in words; empty if there is none. */
    public static String shortestBadWay(String patience, int faultsMax) {
        Exploration.Result result = ThreeBatches.withoutLeakDetection(() -> Exploration.findShortest(
                ThreeBatches.scope(faultsMax, false), () -> new ThreeBatches(Patience.valueOf(patience), false)));
        return result.isGood() ? "" : result.toString();
    }

    /** The first moment of a rebalance at which such a call goes wrong, and what is broken, in words; empty if there is none. */
    public static String badMoment(String group, String call) {
        OneRebalance rebalance = new OneRebalance(GroupKind.valueOf(group), 1);
        OneRebalance.Course course = rebalance.course();
        return ThreeBatches.withoutLeakDetection(() -> Call.all().stream()
                .filter(each -> each.kind() == Kind.valueOf(call))
                .flatMap(each -> course.moments(each).stream()
                        .map(steps -> rebalance.badness(course, each, steps))
                        .filter(problem -> !problem.isEmpty()))
                .findFirst()
                .orElse(""));
    }

    /** Whether a seed keeps all promises. */
    public static boolean isGood(String scenario, long seed) {
        Scenario replayed = Scenario.named(scenario);
        return Seeds.failure(replayed, replayed.plan(seed)).isEmpty();
    }
}
