package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The records of one topic that wait for its partitions to be known, or for room in the buffer, in the order of their sends.
 * Added by sending threads; taken from the front by the home loop alone. A record that waits takes several times the memory
 * and work of one that goes straight into a batch, so threads that may wait themselves do so once there are some.
 */
@ThreadSafe
final class WaitingRecords {

    /** One that waits. Owned by the home loop once it is in the queue. */
    static final class Waiting {
        final EncodedRecord record;
        final boolean isSuspended;
        long reservedBytes;

        // Guarded by the lock.
        private boolean isClaimed;
        private boolean isRevoked;

        /** Whether memory for a segment was asked for; and how much there is of whose, once there is. */
        boolean isRoomAskedFor;

        int segmentBytes;
        MemoryShare memory;

        Waiting(EncodedRecord record, MemoryShare memory, long reservedBytes) {
            this.record = record;
            this.memory = memory;
            this.reservedBytes = reservedBytes;
            this.isSuspended = reservedBytes == 0;
        }
    }

    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

    /**
     * What the records would take in a batch; those that were placed count until none is left, those that were taken back do
     * not.
     */
    private long bytes;

    /** What threads wait for that found it full; null if none does. */
    private @Nullable CompletableFuture<Void> turn;

    private volatile boolean isEmpty = true;
    private boolean isClosed;

    /** With so many bytes, it is full: a thread that may wait adds no more. */
    WaitingRecords(long bytesMax) {
        this.bytesMax = bytesMax;
    }

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
            bytes += waiting.record.batchBytesMax();
            isEmpty = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Any thread: what to wait for before it adds another record: until all have left, or may not wait any more, or some were
     * taken back. Then it asks again. Null if it is not full.
     */
    @Nullable
    CompletableFuture<Void> turn() {
        lock.lock();
        try {
            if (!isFull()) {
                return null;
            }
            CompletableFuture<Void> next = turn == null ? new CompletableFuture<>() : turn;
            turn = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return bytes >= bytesMax && !isClosed;
    }

    /** Any thread: has those who wait for their turn look again. */
    void wakeAll() {
        CompletableFuture<Void> awaited;
        lock.lock();
        try {
            awaited = turn;
            turn = null;
        } finally {
            lock.unlock();
        }
        if (awaited != null) {
            awaited.complete(null);
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
        boolean isRevoked = !isEmpty && isRevoked(completion);
        if (isRevoked) {
            wakeAll();
        }
        return isRevoked;
    }

    private boolean isRevoked(Object completion) {
        lock.lock();
        try {
            for (Waiting waiting : queue) {
                if (waiting.record.completion == completion && !waiting.isClaimed) {
                    if (!waiting.isRevoked) {
                        waiting.isRevoked = true;
                        bytes -= waiting.record.batchBytesMax();
                    }
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
        boolean isLast;
        lock.lock();
        try {
            queue.removeFirst();
            isLast = queue.isEmpty();
            if (isLast) {
                isEmpty = true;
                bytes = 0;
            }
        } finally {
            lock.unlock();
        }
        if (isLast) {
            wakeAll();
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
        wakeAll();
    }
}
