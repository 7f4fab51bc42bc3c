package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The records of one topic that wait for its partitions to be known, or for room in the buffer, in the order of their sends.
 * Added by sending threads; taken from the front by the home loop alone.
 */
@ThreadSafe
final class WaitingRecords {

    /** One that waits. Owned by the home loop once it is in the queue. */
    static final class Waiting {
        final EncodedRecord record;
        final long sinceNanos;
        final boolean isSuspended;
        long reservedBytes;

        // Guarded by the lock.
        private boolean isClaimed;
        private boolean isRevoked;

        /** Whether memory for a segment was asked for; and how much there is of whose, once there is. */
        boolean isRoomAskedFor;

        int segmentBytes;
        MemoryShare memory;

        Waiting(EncodedRecord record, long sinceNanos, MemoryShare memory, long reservedBytes) {
            this.record = record;
            this.memory = memory;
            this.sinceNanos = sinceNanos;
            this.reservedBytes = reservedBytes;
            this.isSuspended = reservedBytes == 0;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private volatile boolean isEmpty = true;
    private boolean isClosed;

    /** Whether none waits; while any does, later records of the topic have to wait behind it. */
    boolean isEmpty() {
        return isEmpty;
    }

    /** Returns whether it was added: not if nothing may wait any more. */
    boolean add(Waiting waiting) {
        lock.lock();
        try {
            if (isClosed) {
                return false;
            }
            queue.addLast(waiting);
            isEmpty = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Home loop: the first in line. */
    @Nullable
    Waiting first() {
        lock.lock();
        try {
            return queue.peekFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Any thread: takes back a record that is not just being placed; its turn will tell {@link #tryClaim}. */
    boolean tryRevoke(Object completion) {
        if (isEmpty) {
            return false;
        }
        lock.lock();
        try {
            for (Waiting waiting : queue) {
                if (waiting.record.completion == completion && !waiting.isClaimed) {
                    waiting.isRevoked = true;
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Home loop: whether the record is still wanted; if so, nobody takes it back before {@link #unclaim}. */
    boolean tryClaim(Waiting waiting) {
        lock.lock();
        try {
            waiting.isClaimed = !waiting.isRevoked;
            return waiting.isClaimed;
        } finally {
            lock.unlock();
        }
    }

    /** Home loop: the record waits on. */
    void unclaim(Waiting waiting) {
        lock.lock();
        try {
            waiting.isClaimed = false;
        } finally {
            lock.unlock();
        }
    }

    /** Home loop: takes what is reserved for the first in line, until it is so much; returns how much it was. */
    long takeReservations(long bytesMax) {
        long taken = 0;
        lock.lock();
        try {
            for (Waiting waiting : queue) {
                if (taken >= bytesMax) {
                    break;
                }
                taken += waiting.reservedBytes;
                waiting.reservedBytes = 0;
            }
        } finally {
            lock.unlock();
        }
        return taken;
    }

    /** Home loop: the first in line waits no more, and its record is where it belongs already. */
    void removeFirst() {
        lock.lock();
        try {
            queue.removeFirst();
            isEmpty = queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** From now on none is added. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
        } finally {
            lock.unlock();
        }
    }
}
