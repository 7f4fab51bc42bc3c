package dev.ottla.it.mutant;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** All of them. */
final class Mutants {
    /** Those that three batches and one fault are enough for, and how long the producer tries then. */
    private static final Map<String, String> OF_SMALL_RUNS = Map.of(
            "sequence reset after a timeout, in the same epoch", "SHORT", "acknowledged when no answer came", "LONG");

    /** Those that one call at some moment of a rebalance is enough for, and which call. */
    private static final Map<String, String> OF_REBALANCES = Map.of(
            "a seek survives the revocation", "SEEK_BACK",
            "stays paused when assigned anew", "PAUSE",
            "hands out what was fetched before the pause", "PAUSE");

    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(
                        ProducerMutants.all(),
                        ConsumerMutants.all(),
                        GroupMutants.all(),
                        HandlerMutants.all(),
                        TransactionMutants.all(),
                        ResourceMutants.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Those that are found by taking every way through a small run. */
    static List<Mutant> ofSmallRuns() {
        return all().stream()
                .filter(mutant -> OF_SMALL_RUNS.containsKey(mutant.name()))
                .toList();
    }

    /** Those that are found by making one call at every moment of a rebalance. */
    static List<Mutant> ofRebalances() {
        return all().stream()
                .filter(mutant -> OF_REBALANCES.containsKey(mutant.name()))
                .toList();
    }

    /** The call with which this one is found. */
    static String callFor(Mutant mutant) {
        return Objects.requireNonNull(OF_REBALANCES.get(mutant.name()));
    }

    /** How long the producer of the small run tries in which this one is found. */
    static String patienceFor(Mutant mutant) {
        return Objects.requireNonNull(OF_SMALL_RUNS.get(mutant.name()));
    }
}
