package dev.ottla.consumer.internal;

import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.internal.concurrent.NanoClock;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long the application has not polled, and what it is at meanwhile; written by polling threads, read by the home loop
 * ({@code max.poll.interval.ms}, {@link StuckWatch}).
 */
@ThreadSafe
final class PollClock {
    private final NanoClock clock;
    private final AtomicInteger polling = new AtomicInteger();
    private volatile long lastPollNanos;

    PollClock(NanoClock clock) {
        this.clock = clock;
        this.lastPollNanos = clock.nanoTime();
    }

    /** Says where the application is in what the last poll handed out; null if that was nothing, or it was told already. */
    private volatile @Nullable Supplier<@Nullable RecordPlace> progress;

    /** Returns how many threads poll now. */
    int onPollBegins() {
        progress = null;
        return polling.incrementAndGet();
    }

    /** A poll has handed records out; {@code where} may be asked by any thread. */
    void onHandedOut(Supplier<@Nullable RecordPlace> where) {
        progress = where;
    }

    /** The record that the application took last; null if it has none, or this was asked since the last poll. */
    @Nullable
    RecordPlace takePlace() {
        Supplier<@Nullable RecordPlace> where = progress;
        progress = null;
        return where == null ? null : where.get();
    }

    void onPollEnds() {
        lastPollNanos = clock.nanoTime();
        polling.decrementAndGet();
    }

    /** Zero while a thread is in poll. */
    long idleNanos() {
        return polling.get() > 0 ? 0 : clock.nanoTime() - lastPollNanos;
    }
}
