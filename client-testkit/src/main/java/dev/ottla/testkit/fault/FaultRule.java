package dev.ottla.testkit.fault;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A {@link Fault} at work in a {@link FaultProxy}, until it is removed or the proxy closed. Thread-safe. */
public final class FaultRule implements AutoCloseable {
    private final FaultProxy proxy;
    private final Fault fault;
    private final Effect effect;

    /** Of the event loop: how many frames were concerned but for the counts, and up to which release none is held. */
    private long concerned;

    private long releases;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition hit = lock.newCondition();
    private long hits;

    FaultRule(FaultProxy proxy, Fault fault) {
        this.proxy = proxy;
        this.fault = fault;
        this.effect = fault.effectOf(this);
    }

    /** How many frames this rule has done something to. */
    public long hits() {
        lock.lock();
        try {
            return hits;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until the rule has done something to so many frames since it was installed.
     *
     * @throws IllegalStateException if that does not happen in time, or the thread is interrupted; its interrupt flag is set then
     */
    public void awaitHits(long count, Duration timeout) {
        long remainingNanos = timeout.toNanos();
        lock.lock();
        try {
            while (hits < count) {
                if (remainingNanos <= 0) {
                    throw new IllegalStateException(
                            this + " was to meet " + count + " frames within " + timeout + ", but met " + hits);
                }
                remainingNanos = hit.awaitNanos(remainingNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + this, e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets the frames go that {@link Fault#hold} has kept so far; those that come later are held again. Blocks until they are
     * on their way. Does nothing for other faults.
     */
    public void release() {
        proxy.onLoop(() -> {
            releases++;
            proxy.wakeLanes();
        });
    }

    /**
     * Ends the rule: no further frame is concerned, and what it keeps goes its way, as the fault says. Blocks until that has
     * begun. Calling it again does nothing.
     */
    public void remove() {
        proxy.remove(this);
    }

    /** The same as {@link #remove}. */
    @Override
    public void close() {
        remove();
    }

    /** For people: the fault and the proxy. */
    @Override
    public String toString() {
        return "rule [" + fault + "] at " + proxy;
    }

    /** Event loop: counts the frame and does its part to it, if it is concerned. */
    void apply(Frame frame, Lane lane) {
        if (!fault.filter().concerns(lane.direction(), frame.api, lane.connection())) {
            return;
        }
        boolean counts = fault.filter().counts(concerned);
        concerned++;
        if (counts) {
            effect.apply(frame, lane);
            onHit();
        }
    }

    /** Event loop: whether a frame that came after so many releases is still to be held. */
    boolean holds(long releasesThen) {
        return releasesThen == releases && proxy.isInstalled(this);
    }

    Effect effect() {
        return effect;
    }

    /** Event loop. */
    long releases() {
        return releases;
    }

    void onHit() {
        lock.lock();
        try {
            hits++;
            hit.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
