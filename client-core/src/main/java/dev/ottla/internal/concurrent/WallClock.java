package dev.ottla.internal.concurrent;

/** The wall clock, for the timestamps of records alone: it may jump, so no deadline is ever measured on it. */
@ThreadSafe
@FunctionalInterface
public interface WallClock {

    /** Milliseconds since 1970-01-01T00:00Z. */
    long currentTimeMillis();
}
