package dev.ottla.internal.cluster;

import dev.ottla.internal.concurrent.Immutable;

/** Whether a request may be sent again after its answer was lost. */
@Immutable
public enum RetrySafety {
    /** Sending it twice is the same as sending it once: reads, and writes that set a value. */
    REPEATABLE,
    /** A second one could find its own work done, or do it twice: then the outcome is unknown, and said to be. */
    ONCE
}
