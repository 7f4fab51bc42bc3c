package dev.ottla.internal.concurrent;

import java.util.random.RandomGenerator;

/**
 * Everything that differs between a live client and a simulated one: its event loops, clocks and source of chance.
 * Nothing else in the client starts a thread, reads a clock or draws a random number.
 */
@ThreadSafe
public interface ClientRuntime {

    /** The loop that owns the cluster's state: metadata, coordinators, groups. */
    EventLoop homeLoop();

    /** The loop for one more broker, in turn. */
    EventLoop nextLoop();

    /** Whether the calling thread is one of the loops' threads, which must not wait for what another of them has to do. */
    default boolean inEventLoop() {
        return homeLoop().inEventLoop();
    }

    /** The clock for record timestamps. */
    WallClock wallClock();

    /** A new generator for one owner, seeded from this runtime's own source, so that a simulation repeats. */
    RandomGenerator newRandom();
}
