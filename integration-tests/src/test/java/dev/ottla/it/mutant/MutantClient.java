package dev.ottla.it.mutant;

import java.util.OptionalLong;

/** The project's classes with one bug, and the simulation that they run in. */
final class MutantClient {
    private static final String HUNT = "dev.ottla.it.simulation.Hunt";

    private final Mutant mutant;
    private final Class<?> hunt;

    MutantClient(Mutant mutant) throws ClassNotFoundException {
        this.mutant = mutant;
        this.hunt = new MutantLoader(MutantSources.compile(mutant)).loadClass(HUNT);
    }

    /** The first of so many seeds in which the promise is broken. */
    OptionalLong firstSeed(int count) throws ReflectiveOperationException {
        return (OptionalLong) hunt.getMethod("firstSeed", String.class, String.class, long.class, int.class)
                .invoke(null, mutant.scenario(), mutant.breaks().name(), 1L, count);
    }

    /** A shortest way on which three batches go wrong; empty if there is none. */
    String shortestBadWay(String patience, int faultsMax) throws ReflectiveOperationException {
        return (String)
                hunt.getMethod("shortestBadWay", String.class, int.class).invoke(null, patience, faultsMax);
    }

    /** The first moment of a rebalance at which such a call goes wrong; empty if there is none. */
    String badMoment(String group, String call) throws ReflectiveOperationException {
        return (String) hunt.getMethod("badMoment", String.class, String.class).invoke(null, group, call);
    }

    /** What comes of one seed. */
    String replay(long seed) throws ReflectiveOperationException {
        return (String) hunt.getMethod("replay", String.class, long.class).invoke(null, mutant.scenario(), seed);
    }
}
