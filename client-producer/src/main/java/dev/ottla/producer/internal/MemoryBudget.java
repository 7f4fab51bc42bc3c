package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import dev.ottla.internal.record.SegmentPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one bound over all memory of a producer ({@code buffer.memory}): the segments of open and sent batches, and what waits
 * to be put into one. Counted per segment, not per record. Who waits for room is served in the order of asking, and while
 * anybody waits nobody else gets any. Any thread; no lock is held while waiting.
 */
@ThreadSafe
final class MemoryBudget implements SegmentPool {

    /** A thread that waits, or a listener that will be called instead. Guarded by the lock. */
    private static final class Waiter {
        private final long bytes;
        private final Condition served;
        private final @Nullable Runnable listener;
        private boolean isGranted;

        private Waiter(long bytes, Condition served, @Nullable Runnable listener) {
            this.bytes = bytes;
            this.served = served;
            this.listener = listener;
        }
    }

    /** The smallest segment that is kept for reuse, and by how much the next size is larger. */
    private static final int SMALLEST_BYTES = 2048;

    private static final int SIZE_FACTOR = 8;

    private final long totalBytes;
    private final int segmentBytes;
    private final Runnable onPressure;
    private final ReentrantLock lock = new ReentrantLock();
    private final KeptSegments kept = new KeptSegments();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private long availableBytes;
    private @Nullable KafkaException closeCause;
    private volatile boolean underPressure;

    /** Calls {@code onPressure} whenever somebody begins to wait, so that what fills the memory gets sent. */
    MemoryBudget(long totalBytes, int segmentBytes, Runnable onPressure) {
        this.totalBytes = totalBytes;
        this.segmentBytes = segmentBytes;
        this.onPressure = onPressure;
        this.availableBytes = totalBytes;
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    long totalBytes() {
        return totalBytes;
    }

    /** How many bytes are in use at the moment. */
    long usedBytes() {
        lock.lock();
        try {
            return totalBytes - availableBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody waits for room: what could wait for more records should now be sent as it is. */
    boolean isUnderPressure() {
        return underPressure;
    }

    @Override
    public @Nullable Segment tryTake(int bytesMin) {
        return tryTake(bytesMin, segmentBytes);
    }

    /** The same, but of a smaller size if that is enough for what is wanted. */
    @Nullable
    Segment tryTake(int bytesMin, int bytesWanted) {
        int bytes = segmentBytesFor(bytesMin, bytesWanted);
        return tryReserve(bytes) ? segment(bytes) : null;
    }

    /**
     * Waits for a segment.
     *
     * @return null if there was no room in time
     * @throws KafkaException the cause of {@link #close}, if that came first
     */
    @Nullable
    Segment take(int bytesMin, int bytesWanted, long timeoutNanos) throws InterruptedException {
        int bytes = segmentBytesFor(bytesMin, bytesWanted);
        return reserve(bytes, timeoutNanos) ? segment(bytes) : null;
    }

    /** The size of the segment for a record that needs so much. */
    int segmentBytesFor(int bytesMin) {
        if (bytesMin <= segmentBytes) {
            return segmentBytes;
        }
        long rounded = ((long) bytesMin + segmentBytes - 1) / segmentBytes * segmentBytes;
        return rounded <= Math.min(totalBytes, Integer.MAX_VALUE) ? (int) rounded : bytesMin;
    }

    /** The same if a segment may be smaller than the standard one: the smallest that has so much. */
    private int segmentBytesFor(int bytesMin, int bytesWanted) {
        for (int bytes = SMALLEST_BYTES; bytes < segmentBytes / 2; bytes *= SIZE_FACTOR) {
            if (bytes >= bytesMin && bytes >= bytesWanted) {
                return bytes;
            }
        }
        return segmentBytesFor(bytesMin);
    }

    /** Only of these sizes, so that what is kept will be asked for again. */
    private boolean isWorthKeeping(Segment segment) {
        int bytes = segment.capacity();
        return closeCause == null && segmentBytesFor(bytes, bytes) == bytes;
    }

    /** A segment for bytes that have been reserved. */
    Segment segment(int reservedBytes) {
        Segment again;
        lock.lock();
        try {
            again = kept.take(reservedBytes);
            // What is kept counts too: it gives way to segments of other sizes.
            kept.dropDownTo(availableBytes);
        } finally {
            lock.unlock();
        }
        return again == null ? new Segment(allocate(reservedBytes), this) : again.lendAgain();
    }

    private ByteBuffer allocate(int reservedBytes) {
        try {
            return ByteBuffer.allocateDirect(reservedBytes);
        } catch (OutOfMemoryError e) {
            release(reservedBytes);
            throw e;
        }
    }

    /** Counts bytes that lie elsewhere; they come back with {@link #release}. */
    boolean tryReserve(long bytes) {
        lock.lock();
        try {
            if (!waiters.isEmpty() || bytes > availableBytes) {
                return false;
            }
            availableBytes -= bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #tryReserve}, but waits; returns whether there was room in time. */
    boolean reserve(long bytes, long timeoutNanos) throws InterruptedException {
        if (tryReserve(bytes)) {
            return true;
        }
        Waiter waiter = new Waiter(bytes, lock.newCondition(), null);
        enqueue(waiter);
        return await(waiter, timeoutNanos);
    }

    /**
     * As {@link #reserve} without waiting: calls the listener when the bytes have been reserved, perhaps before this method
     * returns, on whichever thread made room.
     */
    void reserveLater(long bytes, Runnable listener) {
        enqueue(new Waiter(bytes, lock.newCondition(), listener));
    }

    private void enqueue(Waiter waiter) {
        List<Runnable> listeners;
        lock.lock();
        try {
            waiters.addLast(waiter);
            listeners = grant();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
        onPressure.run();
    }

    private boolean await(Waiter waiter, long timeoutNanos) throws InterruptedException {
        long remainingNanos = timeoutNanos;
        List<Runnable> listeners = List.of();
        lock.lock();
        try {
            while (!waiter.isGranted && closeCause == null && remainingNanos > 0) {
                remainingNanos = waiter.served.awaitNanos(remainingNanos);
            }
            if (!waiter.isGranted && closeCause != null) {
                throw closeCause;
            }
            return waiter.isGranted;
        } catch (InterruptedException e) {
            if (waiter.isGranted) {
                availableBytes += waiter.bytes;
            }
            throw e;
        } finally {
            // Whoever leaves without being served may have stood in the way of a smaller wish.
            waiters.remove(waiter);
            listeners = grant();
            lock.unlock();
            listeners.forEach(Runnable::run);
        }
    }

    /** Serves those who wait, in order, as far as the memory goes; returns the listeners to be called without the lock. */
    private List<Runnable> grant() {
        List<Runnable> listeners = List.of();
        Waiter next = waiters.peekFirst();
        while (next != null && next.bytes <= availableBytes) {
            availableBytes -= next.bytes;
            next.isGranted = true;
            next.served.signal();
            if (next.listener != null) {
                listeners = listeners.isEmpty() ? new ArrayList<>() : listeners;
                listeners.add(next.listener);
            }
            waiters.removeFirst();
            next = waiters.peekFirst();
        }
        underPressure = !waiters.isEmpty();
        return listeners;
    }

    void release(long bytes) {
        giveBack(bytes, null);
    }

    @Override
    public void giveBack(Segment segment) {
        giveBack(segment.capacity(), segment);
    }

    private void giveBack(long bytes, @Nullable Segment segment) {
        List<Runnable> listeners;
        lock.lock();
        try {
            availableBytes += bytes;
            if (segment != null && isWorthKeeping(segment)) {
                kept.add(segment);
            }
            listeners = grant();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    /** No thread waits any more: those that do fail with the cause. What is in use can still be given back. */
    void close(KafkaException cause) {
        lock.lock();
        try {
            closeCause = cause;
            kept.dropDownTo(0);
            waiters.forEach(waiter -> waiter.served.signal());
        } finally {
            lock.unlock();
        }
    }
}
