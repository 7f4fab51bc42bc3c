package dev.ottla.benchmarks.peer;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts how records end. One for all records, so that the harness allocates nothing for each. Thread-safe. */
final class Acks {
    private final LongAdder acked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile @Nullable Throwable lastError;

    /** One record has ended; the error is null if it was acknowledged. */
    void onEnd(@Nullable Throwable error) {
        if (error == null) {
            acked.increment();
        } else {
            failed.increment();
            lastError = error;
        }
    }

    long acked() {
        return acked.sum();
    }

    long failed() {
        return failed.sum();
    }

    /** Null if none has failed. */
    @Nullable
    Throwable lastError() {
        return lastError;
    }
}
