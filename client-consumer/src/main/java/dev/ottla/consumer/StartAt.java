package dev.ottla.consumer;

import java.time.Duration;
import java.time.Instant;

/**
 * Where a consumer begins in a partition for which nothing is committed. Unlike {@code auto.offset.reset} it does not say
 * where to go on when an offset is gone from the log. Immutable.
 */
public sealed interface StartAt {

    /** At the first record that the log still has. */
    static StartAt earliest() {
        return new Earliest();
    }

    /** After the last record: only what comes from now on is read. */
    static StartAt latest() {
        return new Latest();
    }

    /**
     * At this offset, in every partition.
     *
     * @throws IllegalArgumentException if it is negative
     */
    static StartAt offset(long offset) {
        return new Offset(offset);
    }

    /** At the first record that is not older than this; at the end if there is none. */
    static StartAt timestamp(Instant timestamp) {
        return new Timestamp(timestamp);
    }

    /**
     * At the first record that is not older than this, counted back from when the partition is first read; at the end if there
     * is none.
     *
     * @throws IllegalArgumentException if it is negative
     */
    static StartAt ago(Duration age) {
        return new Ago(age);
    }

    /** See {@link #earliest()}. */
    record Earliest() implements StartAt {}

    /** See {@link #latest()}. */
    record Latest() implements StartAt {}

    /**
     * See {@link #offset(long)}.
     *
     * @param offset at least 0
     */
    record Offset(long offset) implements StartAt {

        /** Checks the offset. */
        public Offset {
            if (offset < 0) {
                throw new IllegalArgumentException("offset must be at least 0, was " + offset);
            }
        }
    }

    /**
     * See {@link #timestamp(Instant)}.
     *
     * @param timestamp not before 1970
     */
    record Timestamp(Instant timestamp) implements StartAt {

        /** Checks the timestamp: negative numbers have another meaning in the protocol. */
        public Timestamp {
            if (timestamp.toEpochMilli() < 0) {
                throw new IllegalArgumentException("timestamp must not be before 1970, was " + timestamp);
            }
        }
    }

    /**
     * See {@link #ago(Duration)}.
     *
     * @param age at least 0
     */
    record Ago(Duration age) implements StartAt {

        /** Checks the age. */
        public Ago {
            if (age.isNegative()) {
                throw new IllegalArgumentException("age must not be negative, was " + age);
            }
        }
    }
}
