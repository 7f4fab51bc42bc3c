package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import dev.ottla.internal.record.SegmentPool;
import java.util.PriorityQueue;
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
    final PriorityQueue<MemoryBudget.Waiter> waiters = new PriorityQueue<>(MemoryBudget.Waiter.IN_LINE);
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
        return budget.tryTake(this, bytes);
    }

    /** Counts bytes that lie elsewhere; they come back with {@link #release}. */
    boolean tryReserve(long bytes) {
        return budget.tryReserve(this, bytes);
    }

    /** A segment for bytes that have been reserved here. */
    Segment segment(int reservedBytes) {
        return budget.segment(this, reservedBytes);
    }

    void release(long bytes) {
        budget.giveBack(this, bytes, null);
    }

    @Override
    public void giveBack(Segment segment) {
        budget.giveBack(this, segment.capacity(), segment);
    }
}
