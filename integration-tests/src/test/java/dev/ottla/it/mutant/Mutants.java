package dev.ottla.it.mutant;

import java.util.List;
import java.util.stream.Stream;

/** All of them. */
final class Mutants {
    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(ProducerMutants.all(), ConsumerMutants.all(), GroupMutants.all(), TransactionMutants.all())
                .flatMap(List::stream)
                .toList();
    }
}
