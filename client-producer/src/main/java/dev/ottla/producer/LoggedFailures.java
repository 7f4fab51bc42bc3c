package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells the log of records that nobody waits for, if there is no {@link FailureListener}: a line at once, and then one a second at
 * most, with the number of those that failed meanwhile. Thousands fail together when a broker stays away, and a line for each
 * would be the next thing to fail. Thread-safe.
 */
final class LoggedFailures implements FailureListener {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The log. */
    @FunctionalInterface
    interface Lines {
        /** So many records have failed, one of them because of this. */
        void write(long count, KafkaException error);
    }

    private final EventLoop loop;
    private final Lines lines;
    private final AtomicBoolean isPausing = new AtomicBoolean();
    private final AtomicLong unwritten = new AtomicLong();
    private volatile @Nullable KafkaException last;

    /** The loop is where the pause between two lines ends. */
    LoggedFailures(EventLoop loop, Lines lines) {
        this.loop = loop;
        this.lines = lines;
    }

    @Override
    public void onFailure(KafkaException error) {
        last = error;
        unwritten.incrementAndGet();
        write();
    }

    private void write() {
        KafkaException error = last;
        // Who counts one after this looks finds the pause over, or its end finds what was counted.
        while (error != null && unwritten.get() > 0 && isPausing.compareAndSet(false, true)) {
            long count = unwritten.getAndSet(0);
            if (count > 0) {
                pause();
                lines.write(count, error);
                return;
            }
            isPausing.set(false);
        }
    }

    private void pause() {
        try {
            loop.schedule(this::onPauseEnded, PAUSE_NANOS);
        } catch (RejectedExecutionException ended) {
            // The client is closed: nothing would end the pause.
            isPausing.set(false);
        }
    }

    /** Writes what is not written yet: all records of a producer have ended. */
    void writeRest() {
        onPauseEnded();
    }

    private void onPauseEnded() {
        isPausing.set(false);
        write();
    }
}
