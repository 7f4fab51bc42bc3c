package dev.ottla.consumer;

import java.time.Duration;

/** Collects {@link WorkOptions} for the builders of all styles that have them. Not thread-safe. */
final class WorkSettings {
    private static final int OPEN_RECORDS_MAX = 1000;
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STUCK_AFTER = Duration.ofMinutes(1);

    private Ordering ordering;
    private int concurrency = Integer.MAX_VALUE;
    private int openRecordsMax = OPEN_RECORDS_MAX;
    private Duration drainTimeout = DRAIN_TIMEOUT;
    private Duration stuckAfter = STUCK_AFTER;

    /** Otherwise nobody knows whether an application that closes will fetch more, or what becomes of what it has. */
    private final boolean worksByItself;

    WorkSettings(Ordering ordering, boolean worksByItself) {
        this.ordering = ordering;
        this.worksByItself = worksByItself;
    }

    void ordering(Ordering chosen) {
        ordering = chosen;
    }

    void concurrency(int most) {
        concurrency = atLeastOne("concurrency", most);
    }

    int concurrency() {
        return concurrency;
    }

    void openRecordsMax(int most) {
        openRecordsMax = atLeastOne("openRecordsMax", most);
    }

    int openRecordsMax() {
        return openRecordsMax;
    }

    private static int atLeastOne(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, was " + number);
        }
        return number;
    }

    void drainTimeout(Duration longest) {
        drainTimeout = notNegative("drainTimeout", longest);
    }

    void stuckAfter(Duration age) {
        stuckAfter = notNegative("stuckAfter", age);
    }

    private static Duration notNegative(String what, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, was " + duration);
        }
        return duration;
    }

    WorkOptions toOptions(Duration commitInterval, Duration commitTimeout, boolean commits) {
        return new WorkOptions(
                ordering,
                concurrency,
                openRecordsMax,
                new WorkOptions.Times(commitInterval, commitTimeout, drainTimeout, stuckAfter),
                worksByItself,
                commits);
    }
}
