package dev.ottla.benchmarks.peer;

import java.util.concurrent.atomic.LongAdder;

/** Counts how records end. One for all records, so that the harness allocates nothing for each. Thread-safe. */
final class Acks {
    private final LongAdder acked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile Object lastError = "none";

    void onAcked() {
        acked.increment();
    }

    void onFailed(Object error) {
        failed.increment();
        lastError = error;
    }

    long acked() {
        return acked.sum();
    }

    long failed() {
        return failed.sum();
    }

    Object lastError() {
        return lastError;
    }
}
