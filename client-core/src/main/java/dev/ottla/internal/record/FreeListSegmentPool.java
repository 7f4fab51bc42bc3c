package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The plain pool: a bound over all memory that is out, and a free list of standard segments. Larger ones are made for one
 * record and left to the garbage collector.
 */
@ThreadSafe
public final class FreeListSegmentPool implements SegmentPool {
    private final int segmentBytes;
    private final long takenBytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Segment> free = new ArrayDeque<>();
    private long takenBytes;

    /** A pool that lends {@code takenBytesMax} bytes at most at any time. */
    public FreeListSegmentPool(int segmentBytes, long takenBytesMax) {
        if (segmentBytes <= RecordBatchHeader.BYTES) {
            throw new IllegalArgumentException("a segment must exceed the header of a batch, was " + segmentBytes);
        }
        this.segmentBytes = segmentBytes;
        this.takenBytesMax = takenBytesMax;
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public @Nullable Segment tryTake(int bytesMin) {
        int bytes = Math.max(segmentBytes, bytesMin);
        Segment kept = null;
        lock.lock();
        try {
            if (bytes > takenBytesMax - takenBytes) {
                return null;
            }
            takenBytes += bytes;
            if (bytes == segmentBytes) {
                kept = free.pollFirst();
            }
        } finally {
            lock.unlock();
        }
        return kept == null ? new Segment(allocate(bytes), this) : kept.lendAgain(this);
    }

    @Override
    public void giveBack(Segment segment) {
        lock.lock();
        try {
            takenBytes -= segment.capacity();
            if (segment.capacity() == segmentBytes) {
                free.addFirst(segment);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes are lent at the moment. */
    public long takenBytes() {
        lock.lock();
        try {
            return takenBytes;
        } finally {
            lock.unlock();
        }
    }

    private ByteBuffer allocate(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes);
        } catch (OutOfMemoryError e) {
            lock.lock();
            try {
                takenBytes -= bytes;
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }
}
