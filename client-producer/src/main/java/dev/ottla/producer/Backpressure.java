package dev.ottla.producer;

import java.time.Duration;

/**
 * What {@code send} does while the buffer ({@code buffer.memory}) is full, because brokers take records more slowly than they
 * are sent. Immutable.
 */
public sealed interface Backpressure {

    /**
     * The sending thread waits for room, at most so long; then the record fails with a
     * {@link dev.ottla.errors.RequestTimeoutException}. The default, with {@code max.block.ms}. So it does while as many
     * records as a batch holds wait for a topic whose partitions are not known yet. In a callback, where nothing may wait, it
     * is as {@link #fail}.
     *
     * @throws IllegalArgumentException if the duration is negative
     */
    static Backpressure block(Duration max) {
        return new Block(max);
    }

    /** The record fails at once with a {@link dev.ottla.errors.RetriableException}. */
    static Backpressure fail() {
        return new Fail();
    }

    /**
     * The record is accepted and waits outside the buffer, in order, until there is room; {@code send} does not block. At most
     * {@value Suspend#DEFAULT_RECORDS} records wait so, and no more bytes than the buffer holds.
     */
    static Backpressure suspend() {
        return suspend(Suspend.DEFAULT_RECORDS);
    }

    /**
     * As {@link #suspend()}, with another bound of their number: more records fail with a {@link dev.ottla.errors.RetriableException}. For
     * callers that bound their own outstanding sends and should never be blocked.
     *
     * @throws IllegalArgumentException if the bound is not positive
     */
    static Backpressure suspend(int recordsMax) {
        return new Suspend(recordsMax);
    }

    /**
     * See {@link Backpressure#block}.
     *
     * @param max how long a thread waits
     */
    record Block(Duration max) implements Backpressure {
        /** Checks the duration. */
        public Block {
            if (max.isNegative()) {
                throw new IllegalArgumentException("max must not be negative, was " + max);
            }
        }
    }

    /** See {@link Backpressure#fail}. */
    record Fail() implements Backpressure {}

    /**
     * See {@link Backpressure#suspend(int)}.
     *
     * @param recordsMax how many records wait outside the buffer
     */
    record Suspend(int recordsMax) implements Backpressure {
        /** The bound if none is given. */
        public static final int DEFAULT_RECORDS = 1000;

        /** Checks the bound. */
        public Suspend {
            if (recordsMax < 1) {
                throw new IllegalArgumentException("recordsMax must be at least 1, was " + recordsMax);
            }
        }
    }
}
