package dev.ottla.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;

/**
 * Where a consumer begins in a partition that has no committed offset, or whose offset is gone
 * ({@code auto.offset.reset}). Immutable.
 */
public sealed interface AutoOffsetReset {

    /** At the first record that the log still has. */
    static AutoOffsetReset earliest() {
        return new Earliest();
    }

    /** After the last record: only what comes from now on is read. The default. */
    static AutoOffsetReset latest() {
        return new Latest();
    }

    /** Nowhere: fail, and let the application seek. */
    static AutoOffsetReset none() {
        return new None();
    }

    /** At the first record whose timestamp is not older than this (KIP-1106). */
    static AutoOffsetReset byDuration(Duration duration) {
        return new ByDuration(duration);
    }

    /**
     * Reads {@code earliest}, {@code latest}, {@code none} or {@code by_duration:} with an ISO-8601 duration.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    static AutoOffsetReset parse(String text) {
        String prefix = ByDuration.PREFIX;
        if (text.startsWith(prefix)) {
            try {
                return new ByDuration(Duration.parse(text.substring(prefix.length())));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("must be an ISO-8601 duration after by_duration:, such as P3D", e);
            }
        }
        return switch (text) {
            case "earliest" -> earliest();
            case "latest" -> latest();
            case "none" -> none();
            default -> throw new IllegalArgumentException("must be earliest, latest, none or by_duration:<ISO-8601>");
        };
    }

    /** At the first record that the log still has. */
    record Earliest() implements AutoOffsetReset {
        @Override
        public String toString() {
            return "earliest";
        }
    }

    /** After the last record. */
    record Latest() implements AutoOffsetReset {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /** Fail, and let the application seek. */
    record None() implements AutoOffsetReset {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * At the first record that is not older than this.
     *
     * @param duration how far back, at least zero
     */
    record ByDuration(Duration duration) implements AutoOffsetReset {
        private static final String PREFIX = "by_duration:";

        /**
         * Checks the duration.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public ByDuration {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("must not reach into the future");
            }
        }

        @Override
        public String toString() {
            return PREFIX + duration;
        }
    }
}
