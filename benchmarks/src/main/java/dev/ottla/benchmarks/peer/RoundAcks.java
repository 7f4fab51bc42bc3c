package dev.ottla.benchmarks.peer;

import org.jspecify.annotations.Nullable;

/** Counts how the records of the current round end. Begun by one thread while nothing is in flight; thread-safe otherwise. */
final class RoundAcks {
    private volatile Acks current = new Acks();

    /** Counts from 0 again. */
    Acks begin() {
        current = new Acks();
        return current;
    }

    /** One record has ended; the error is null if it was acknowledged. */
    void onEnd(@Nullable Throwable error) {
        current.onEnd(error);
    }
}
