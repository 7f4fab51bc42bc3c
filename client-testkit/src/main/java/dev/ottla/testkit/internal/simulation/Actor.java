package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;

/**
 * Something that a simulated run may let go on: a loop, one direction of a connection, an application. The {@link Scheduler}
 * asks each when it is ready, chooses among those that are, and runs one step of it.
 */
@Confined
public interface Actor {
    /** Answer of {@link #readyAtNanos} of an actor that waits for others. */
    long NEVER = Long.MAX_VALUE;

    /** For the trace; the same in every run of a seed. */
    String name();

    /** When the next step may run; in the past if it may run now. */
    long readyAtNanos();

    /** Runs the next step. Only called once it is ready. */
    void step();
}
