package dev.ottla.consumer.internal;

import dev.ottla.internal.concurrent.NanoClock;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;

/** How long the application has not polled; written by polling threads, read by the home loop ({@code max.poll.interval.ms}). */
@ThreadSafe
final class PollClock {
    private final NanoClock clock;
    private final AtomicInteger polling = new AtomicInteger();
    private volatile long lastPollNanos;

    PollClock(NanoClock clock) {
        this.clock = clock;
        this.lastPollNanos = clock.nanoTime();
    }

    /** Returns how many threads poll now. */
    int onPollBegins() {
        return polling.incrementAndGet();
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
