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

    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(
                        ProducerMutants.all(),
                        ConsumerMutants.all(),
                        GroupMutants.all(),
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

    /** How long the producer of the small run tries in which this one is found. */
    static String patienceFor(Mutant mutant) {
        return Objects.requireNonNull(OF_SMALL_RUNS.get(mutant.name()));
    }
}
