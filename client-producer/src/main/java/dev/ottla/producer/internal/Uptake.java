package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;

/**
 * Since when a broker has taken no batch, so that records which may go anywhere go elsewhere (KIP-794). Told by the broker's
 * {@link BrokerSender} on its loop, once per request; asked by the threads that choose a partition, for each that they consider.
 */
@ThreadSafe
final class Uptake {
    private static final long NEVER = 0;

    private final EventLoop loop;
    private final long timeoutNanos;

    /** When the broker took the last batch, or, if that is later, when it began to be held up. Written on the loop. */
    private volatile long sinceNanos;

    /** Whether no request can go now. Written on the loop, after {@link #sinceNanos}. */
    private volatile boolean isHeldUp;

    Uptake(EventLoop loop, SendingOptions options) {
        this.loop = loop;
        this.timeoutNanos = options.availabilityTimeoutNanos();
        this.sinceNanos = timeoutNanos == NEVER ? 0 : loop.nanoTime();
    }

    /** Loop: a request goes out. */
    void onTaken() {
        if (timeoutNanos != NEVER) {
            sinceNanos = loop.nanoTime();
        }
    }

    /** Loop: all that can be sent was sent; whether nothing more can be, because of what is in flight or of the connection. */
    void onSettled(boolean isHeldUpNow) {
        if (timeoutNanos == NEVER || isHeldUp == isHeldUpNow) {
            return;
        }
        if (isHeldUpNow) {
            sinceNanos = loop.nanoTime();
        }
        isHeldUp = isHeldUpNow;
    }

    /**
     * Any thread: whether the broker has taken nothing for too long.
     *
     * @param isQueueHeldUp whether the partition that this is about has a complete batch and may send none now
     */
    boolean isStalled(boolean isQueueHeldUp) {
        return timeoutNanos != NEVER && (isHeldUp || isQueueHeldUp) && loop.nanoTime() - sinceNanos >= timeoutNanos;
    }
}
