package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that one consumer may use for what its brokers have sent and it has not read: taken before a request for as much
 * as the answer may bring, and given back when the last of the answer has been read. Memory for decompressing is set apart
 * beforehand, because the thread that would have to wait for it is the one that gives back.
 */
@ThreadSafe
public final class FetchBudget {
    /** A batch of the usual greatest size (1 MiB) must fit into an answer. */
    private static final int ANSWER_BYTES_MIN = 2 << 20;

    /** What an answer has besides records, so that its frame fits into a buffer of twice a power of two. */
    private static final int FRAME_OVERHEAD = 64 << 10;

    /** A connection keeps three buffers, each of the size of its largest answer: one being filled, two unread. */
    private static final int BUFFERS_PER_BROKER = 3;

    /** Growing takes the old and the new memory at once, and the new is at most twice the old. */
    private static final int DECOMPRESSED_PARTS = 3;

    private final int decompressedBytesMax;
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong copiedBytes = new AtomicLong();
    private final AtomicInteger brokers = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** A budget of which nothing is used. */
    public FetchBudget(ConsumerOptions options) {
        this(options.memory(), options.maxDecompressedBatchBytes());
    }

    FetchBudget(ByteSize memory, ByteSize decompressedBatchMax) {
        long largest = Math.min(decompressedBatchMax.bytes(), memory.bytes() / DECOMPRESSED_PARTS);
        this.decompressedBytesMax = (int) Math.min(Integer.MAX_VALUE, Math.max(1, largest));
        this.limitBytes = memory.bytes() - decompressedBytesMax - decompressedBytesMax / 2;
    }

    /** How large one batch may become when it is decompressed. */
    public int decompressedBytesMax() {
        return decompressedBytesMax;
    }

    /** There is one more broker to fetch from. */
    public void onBroker() {
        brokers.incrementAndGet();
    }

    /** The most that one answer should bring, so that all brokers can be asked at once. */
    public int answerBytesMax() {
        long share = limitBytes / ((long) BUFFERS_PER_BROKER * Math.max(1, brokers.get()));
        long buffer = Long.highestOneBit(Math.max(ANSWER_BYTES_MIN, share));
        return (int) Math.min(buffer, 1 << 30) - FRAME_OVERHEAD;
    }

    /** Takes so much if there is as much left, or nothing is used: one batch must be able to come, however large. */
    public boolean tryReserve(long bytes) {
        long used = usedBytes.get();
        while (used == 0 || used + bytes <= limitBytes) {
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
            used = usedBytes.get();
        }
        return false;
    }

    /** What was taken as {@code reserved} turned out to be this much. */
    public void settle(long reserved, long bytes) {
        release(reserved - bytes);
    }

    /** Gives back. */
    public void release(long bytes) {
        usedBytes.addAndGet(-bytes);
        wakeAll();
    }

    /** Runs the task, on any thread, once something has been given back; at once if there is room for so much already. */
    public void whenReleased(long bytes, Runnable task) {
        waiting.add(task);
        long used = usedBytes.get();
        if (used == 0 || used + bytes <= limitBytes) {
            wakeAll();
        }
    }

    private void wakeAll() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    /** As {@link #tryReserve}, for a copy that outlives its answer; of those there are never more than a quarter of all. */
    boolean tryReserveCopy(long bytes) {
        if (copiedBytes.addAndGet(bytes) <= limitBytes / 4 && tryReserve(bytes)) {
            return true;
        }
        copiedBytes.addAndGet(-bytes);
        return false;
    }

    void releaseCopy(long bytes) {
        copiedBytes.addAndGet(-bytes);
        release(bytes);
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
