package dev.ottla.consumer.internal.delivery;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.concurrent.NanoClock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the polling thread waits for work. As long as work comes quickly it runs the fetchers' loop itself meanwhile, so that
 * what is read from the socket is in its own processor's cache and nobody has to be woken. When nothing comes for a while it
 * gives the loop back and sleeps until it is told. Of whoever has the turn.
 */
@Confined
public final class WorkWait {
    /** Longer, and the loop is better run by its own thread: the application may have stopped polling by the next answer. */
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** In a row; to borrow a loop costs as much as some hand-overs, so it has to be worth it. */
    private static final int QUICK_WAITS = 4;

    private final DeliveryQueue queue;
    private final @Nullable LendableLoop loop;
    private final NanoClock clock;
    private int quickWaits;

    /** Waits for what comes into the queue. */
    public WorkWait(DeliveryQueue queue, @Nullable LendableLoop loop, NanoClock clock) {
        this.queue = queue;
        this.loop = loop;
        this.clock = clock;
    }

    /**
     * As {@link DeliveryQueue#awaitWork}.
     *
     * @return the time that is left, negative if it is up or the queue was woken up
     */
    public long await(long timeoutNanos) throws InterruptedException {
        if (loop == null) {
            return queue.awaitWork(timeoutNanos);
        }
        long begun = clock.nanoTime();
        if (quickWaits >= QUICK_WAITS) {
            loop.runUntil(queue::isWorthALook, Math.min(timeoutNanos, QUICK_NANOS));
        }
        long left = queue.awaitWork(timeoutNanos - (clock.nanoTime() - begun));
        boolean isQuick = left >= 0 && clock.nanoTime() - begun < QUICK_NANOS;
        quickWaits = isQuick ? quickWaits + 1 : 0;
        return left;
    }
}
