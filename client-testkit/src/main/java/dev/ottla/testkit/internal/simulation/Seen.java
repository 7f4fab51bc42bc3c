package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Immutable;

/**
 * What the client and the cluster have seen since an exploration began, each in its own order, as hashes; and how many faults
 * may still come. Kept by the {@link ExploringCourse}.
 */
@Immutable
record Seen(long byClient, long byCluster, int faultsLeft) {
    /** What passes for both. */
    static final String TIME = "time passes";

    static Seen nothing(int faultsMax) {
        return new Seen(1, 2, faultsMax);
    }

    /** After one more step. */
    Seen with(Actor actor) {
        long event = actor.name().hashCode();
        if (actor instanceof VirtualLoop) {
            // It does what follows from what its end has seen.
            return this;
        } else if (actor instanceof Pipe pipe) {
            return pipe.isToBroker() ? with(byClient, mix(byCluster, event)) : with(mix(byClient, event), byCluster);
        } else if (actor instanceof ApplicationActor) {
            return with(mix(byClient, event), byCluster);
        } else if (actor instanceof FaultActor fault) {
            long client = fault.isFeltByClient() ? mix(byClient, event) : byClient;
            return new Seen(client, mix(byCluster, event), faultsLeft - 1);
        } else if (TIME.equals(actor.name())) {
            // What falls due comes after all that either has seen.
            long both = mix(mix(byClient, byCluster), event);
            return with(mix(both, 1), mix(both, 2));
        }
        return with(mix(byClient, event), mix(byCluster, event));
    }

    private Seen with(long client, long cluster) {
        return new Seen(client, cluster, faultsLeft);
    }

    /** One number for all of it. */
    long fingerprint() {
        return mix(mix(byClient, byCluster), faultsLeft);
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 32;
    }
}
