package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the loops hand over to the polling thread. Step 5 of receiving. Bounded by the credit that fetchers spend: each has
 * at most two responses under way or in here. One thread at a time has the turn to take out; the lock is held for a few
 * instructions and given up while waiting, and signalling costs nothing while no thread waits.
 */
@ThreadSafe
public final class DeliveryQueue {
    /** Beyond this, what was fetched ahead of paused partitions is dropped and fetched again. */
    private static final long PARKED_BYTES_MAX = 16L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable onChange;
    private final Deque<Delivery> deliveries = new ArrayDeque<>();

    /** What waits for its partition to be resumed, in its order, in memory of its own. */
    private final Map<TopicPartition, Deque<Delivery>> parked = new HashMap<>();

    private long parkedBytes;

    /** Callbacks of the application, which run on its own thread. */
    private final Deque<Runnable> callbacks = new ArrayDeque<>();

    private @Nullable KafkaException report;
    private @Nullable KafkaException end;
    private boolean turnTaken;
    private boolean wakeup;

    /** A queue of which only those hear that wait in it. */
    public DeliveryQueue() {
        this(() -> {});
    }

    /** A queue that also calls this whenever something has changed for who has the turn. */
    public DeliveryQueue(Runnable onChange) {
        this.onChange = onChange;
    }

    /** Hands over what one response brought; drops it if the consumer is closed. */
    public void offer(List<? extends Delivery> fetched) {
        lock.lock();
        try {
            if (end == null) {
                deliveries.addAll(fetched);
                signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        fetched.forEach(Delivery::close);
    }

    /** Has the callback run by the next poll, or the one under way, before it takes any more records. */
    public void call(Runnable callback) {
        lock.lock();
        try {
            callbacks.addLast(callback);
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Has one poll fail with this; until one has, no other failure is kept. */
    public void report(KafkaException failure) {
        lock.lock();
        try {
            if (report == null) {
                report = failure;
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has every poll fail with this from now on. The first end counts. Returns whether this was it. */
    public boolean end(KafkaException cause) {
        lock.lock();
        try {
            boolean first = end == null;
            if (first) {
                end = cause;
                signal();
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the poll that waits, or else the next one, return at once. */
    public void wakeup() {
        lock.lock();
        try {
            wakeup = true;
            signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the turn to take out, at most this long.
     *
     * @return the time that is left, negative if the turn was not given
     */
    public long enter(long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (turnTaken) {
                if (left <= 0) {
                    return -1;
                }
                left = changed.awaitNanos(left);
            }
            turnTaken = true;
            return Math.max(0, left);
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn back. */
    public void exit() {
        lock.lock();
        try {
            turnTaken = false;
            signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is something to do for whoever has the turn, at most this long.
     *
     * @return the time that is left, negative if it is up or {@link #wakeup} was called
     */
    public long awaitWork(long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (!hasWork()) {
                if (wakeup || left <= 0) {
                    wakeup = false;
                    return -1;
                }
                left = changed.awaitNanos(left);
            }
            return Math.max(0, left);
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #awaitWork} would return at once, whatever its timeout. */
    public boolean isWorthALook() {
        lock.lock();
        try {
            return wakeup || hasWork();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasWork() {
        return !deliveries.isEmpty() || !callbacks.isEmpty() || report != null || end != null;
    }

    private void signal() {
        changed.signalAll();
        onChange.run();
    }

    /** Throws what ended the consumer, or else what was reported. */
    public void throwIfFailed() {
        lock.lock();
        try {
            KafkaException failure = end != null ? end : report;
            report = null;
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next callback to run, or null. Only for whoever has the turn. */
    public @Nullable Runnable nextCallback() {
        lock.lock();
        try {
            return callbacks.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next delivery, or null; the caller owns it. Only for whoever has the turn. None while a callback waits, so that the
     * application hears of an assignment before it sees records of it.
     */
    @Nullable
    Delivery take() {
        lock.lock();
        try {
            return callbacks.isEmpty() ? deliveries.pollFirst() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Puts back, behind all others, what could not be dealt with. */
    void putBack(Delivery delivery) {
        lock.lock();
        try {
            if (end == null) {
                deliveries.addLast(delivery);
                return;
            }
        } finally {
            lock.unlock();
        }
        delivery.close();
    }

    /** Puts back, before all others, what is to come first in the next poll. */
    void putFirst(Delivery delivery) {
        lock.lock();
        try {
            if (end == null) {
                deliveries.addFirst(delivery);
                return;
            }
        } finally {
            lock.unlock();
        }
        delivery.close();
    }

    /** Whether so much more may be parked. */
    boolean hasRoomToPark(int bytes) {
        lock.lock();
        try {
            return parkedBytes + bytes <= PARKED_BYTES_MAX;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a delivery of a paused partition, which the queue now owns, behind others of it, until {@link #unpark}. */
    void park(Delivery owned) {
        lock.lock();
        try {
            if (end == null) {
                parked.computeIfAbsent(owned.partition(), partition -> new ArrayDeque<>())
                        .addLast(owned);
                parkedBytes += owned.bytes();
                return;
            }
        } finally {
            lock.unlock();
        }
        owned.close();
    }

    /** What was parked of the partition comes next: it was resumed, or is read from elsewhere, or not at all. */
    public void unpark(TopicPartition partition) {
        lock.lock();
        try {
            Deque<Delivery> waiting = parked.remove(partition);
            if (waiting == null) {
                return;
            }
            for (Delivery last = waiting.pollLast(); last != null; last = waiting.pollLast()) {
                parkedBytes -= last.bytes();
                deliveries.addFirst(last);
            }
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #end} was called. */
    public boolean isEnded() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    /** Closes what has not been taken; after {@link #end}. */
    public void clear() {
        List<Delivery> dropped;
        lock.lock();
        try {
            dropped = new ArrayList<>(deliveries);
            deliveries.clear();
            parked.values().forEach(dropped::addAll);
            parked.clear();
            parkedBytes = 0;
        } finally {
            lock.unlock();
        }
        dropped.forEach(Delivery::close);
    }
}
