package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import dev.ottla.internal.record.SegmentPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What the records for one broker take of the {@link MemoryBudget}, which decides how much that may be. Any thread; its state is
 * guarded by the budget's lock. Memory is given back to the share that it was taken from, also when a partition has gone to
 * another broker meanwhile.
 */
@ThreadSafe
final class MemoryShare implements SegmentPool {
    private final MemoryBudget budget;

    // Written under the budget's lock, by the budget.
    final ArrayDeque<MemoryBudget.Waiter> waiters = new ArrayDeque<>();
    volatile long usedBytes;
    volatile boolean isWaitedFor;

    MemoryShare(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Whether somebody waits for room here: what could wait for more records should now be sent as it is. */
    boolean isWaitedFor() {
        return isWaitedFor;
    }

    /** Whether it has what it may have, while there is room for others. */
    boolean isUsedUp(int bytes) {
        return !budget.allows(this, bytes);
    }

    @Override
    public int segmentBytes() {
        return budget.segmentBytes();
    }

    /** A segment of just so many bytes. */
    @Override
    public @Nullable Segment tryTake(int bytes) {
        return tryReserve(bytes) ? budget.segment(this, bytes) : null;
    }

    /**
     * Waits for a segment of just so many bytes.
     *
     * @return null if there was no room in time
     * @throws KafkaException the cause of {@link MemoryBudget#close}, if that came first
     */
    @Nullable
    Segment take(int bytes, long timeoutNanos) throws InterruptedException {
        return reserve(bytes, timeoutNanos) ? budget.segment(this, bytes) : null;
    }

    /** Counts bytes that lie elsewhere; they come back with {@link #release}. */
    boolean tryReserve(long bytes) {
        return budget.tryReserve(this, bytes);
    }

    /** As {@link #tryReserve}, but waits; returns whether there was room in time. */
    boolean reserve(long bytes, long timeoutNanos) throws InterruptedException {
        return tryReserve(bytes) || budget.reserve(this, bytes, timeoutNanos);
    }

    /**
     * As {@link #reserve} without waiting: calls the listener when the bytes have been reserved, perhaps before this method
     * returns, on whichever thread made room.
     */
    void reserveLater(long bytes, Runnable listener) {
        budget.reserveLater(this, bytes, listener);
    }

    /** A segment for bytes that have been reserved here. */
    Segment segment(int reservedBytes) {
        return budget.segment(this, reservedBytes);
    }

    void release(long bytes) {
        budget.giveBack(this, bytes, null);
    }

    @Override
    public void giveBack(ByteBuffer memory) {
        budget.giveBack(this, memory.capacity(), memory);
    }
}
