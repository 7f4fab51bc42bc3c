package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * The partition that a topic's records without a choice of their own go to: the same one until a batch's worth of bytes went
 * there, then another (KIP-480, KIP-794). Of two drawn by lot the one with the shorter queue is taken, so that a slow broker
 * gets less; one that has taken nothing for {@code partitioner.availability.timeout.ms} gets nothing. Step 3 of sending; any thread.
 */
@ThreadSafe
final class StickyPartition {

    /** What it looks at in the partitions of the topic. */
    interface Candidates {
        int count();

        int availableCount();

        int available(int index);

        boolean isAvailable(int partition);

        /** How many complete batches wait for the partition's leader. */
        int backlog(int partition);

        /** Whether the partition's leader has taken nothing for too long. */
        boolean isStalled(int partition);
    }

    private static final int NONE = -1;

    /** How many partitions are looked at for one that has room. */
    private static final int CANDIDATES_MAX = 64;

    /** How many lots are drawn for a partition whose leader takes batches; drawing keeps the others' shares equal. */
    private static final int DRAWS_MAX = 16;

    private final RandomGenerator random;
    private final boolean prefersShortQueues;
    private final int batchBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile int current = NONE;
    private long currentBytes;

    StickyPartition(RandomGenerator random, SendingOptions options) {
        this.random = random;
        this.prefersShortQueues = options.prefersShortQueues();
        this.batchBytes = options.batchBytes();
    }

    int current(Candidates partitions) {
        int partition = current;
        return partition == NONE || partition >= partitions.count() ? change(partition, partitions) : partition;
    }

    /** The batch of {@code from} is full: returns where to go on. */
    int change(int from, Candidates partitions) {
        lock.lock();
        try {
            if (current == from || current == NONE || current >= partitions.count()) {
                current = draw(partitions);
                currentBytes = 0;
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** The partition has no room: returns one that has, or the current one if none is found. */
    int change(int from, Candidates partitions, IntPredicate hasRoom) {
        lock.lock();
        try {
            if (current == from || current == NONE) {
                int start = random.nextInt(Math.max(1, partitions.availableCount()));
                int next = next(
                        start, CANDIDATES_MAX, partitions, each -> hasRoom.test(each) && !partitions.isStalled(each));
                next = next == NONE ? next(start, CANDIDATES_MAX, partitions, hasRoom) : next;
                if (next != NONE) {
                    current = next;
                    currentBytes = 0;
                }
            }
            return current == NONE ? from : current;
        } finally {
            lock.unlock();
        }
    }

    /** A batch that was not full has left: many small ones count as a full one. */
    void onBatchLeft(int partition, int bytes) {
        if (partition != current) {
            return;
        }
        lock.lock();
        try {
            currentBytes += bytes;
            if (partition == current && currentBytes >= batchBytes) {
                current = NONE;
                currentBytes = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The partition has had its share: the next record goes on to another. */
    void leave(int partition) {
        if (partition != current) {
            return;
        }
        lock.lock();
        try {
            if (partition == current) {
                current = NONE;
                currentBytes = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The partitions have changed: do not stick to one without a leader. */
    void onPartitions(Candidates partitions) {
        lock.lock();
        try {
            if (!partitions.isAvailable(current)) {
                current = NONE;
            }
        } finally {
            lock.unlock();
        }
    }

    private int draw(Candidates partitions) {
        int first = drawOne(partitions);
        // With none that takes batches, one look at all of them is enough.
        int second = partitions.isStalled(first) ? first : drawOne(partitions);
        boolean isSecondShorter = partitions.backlog(second) < partitions.backlog(first);
        return prefersShortQueues && isSecondShorter ? second : first;
    }

    private int drawOne(Candidates partitions) {
        int available = partitions.availableCount();
        if (available == 0) {
            return random.nextInt(partitions.count());
        }
        int drawn = partitions.available(random.nextInt(available));
        for (int i = 1; i < DRAWS_MAX && partitions.isStalled(drawn); i++) {
            drawn = partitions.available(random.nextInt(available));
        }
        return partitions.isStalled(drawn) ? drawFromNearlyNone(partitions) : drawn;
    }

    /** Hardly any partition takes batches: looks for one. If there is none, they are drawn as if all did. */
    private int drawFromNearlyNone(Candidates partitions) {
        int available = partitions.availableCount();
        int start = random.nextInt(available);
        int next = next(start, available, partitions, each -> !partitions.isStalled(each));
        return next == NONE ? partitions.available(start) : next;
    }

    /** Of so many partitions with a leader, from one of them on, the first that is wanted. */
    private static int next(int start, int countMax, Candidates partitions, IntPredicate isWanted) {
        int available = partitions.availableCount();
        for (int i = 0; i < Math.min(available, countMax); i++) {
            int candidate = partitions.available((start + i) % available);
            if (isWanted.test(candidate)) {
                return candidate;
            }
        }
        return NONE;
    }
}
