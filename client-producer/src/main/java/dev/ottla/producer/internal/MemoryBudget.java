package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one bound over all memory of a producer ({@code buffer.memory}): the segments of open and sent batches, and what waits
 * to be put into one. Counted per segment, not per record. Any thread; no lock is held while waiting.
 *
 * <p>Each broker has a {@link MemoryShare} of it, which grows up to three times what is left: so one that takes nothing leaves a
 * quarter to the others, and one that is alone can use nearly all. Who waits for room is served in the order of asking, but
 * for those whose broker has its share.
 */
@ThreadSafe
final class MemoryBudget {
    private static final int TIMES_WHAT_IS_LEFT = 3;

    /** In a buffer with room for fewer batches there is nothing to share. */
    private static final int SHARED_BATCHES_MIN = 16;

    /** A segment that is smaller would be mostly header. */
    private static final int SMALL_BYTES_MIN = 1024;

    private static final int SMALLER_BITS = 4;

    /** A thread that waits, or a listener that will be called instead. Guarded by the lock. */
    static final class Waiter {
        /** In the order of asking. */
        static final Comparator<Waiter> IN_LINE = Comparator.comparingLong(waiter -> waiter.number);

        private final Supplier<MemoryShare> owner;
        private final long bytes;
        private final long number;
        private final Condition served;
        private final @Nullable Consumer<MemoryShare> listener;

        /** In whose line it is: the owner's share, as soon as the budget has heard of the owner. */
        private MemoryShare share;

        private boolean isGranted;

        private Waiter(
                Supplier<MemoryShare> owner,
                long bytes,
                long number,
                Condition served,
                @Nullable Consumer<MemoryShare> listener) {
            this.owner = owner;
            this.share = owner.get();
            this.bytes = bytes;
            this.number = number;
            this.served = served;
            this.listener = listener;
        }
    }

    private final long totalBytes;
    private final int segmentBytes;
    private final Runnable onPressure;
    private final Supplier<@Nullable KafkaException> refusal;
    private final MemoryShare common = new MemoryShare(this);
    private final MemoryShare leaderless = new MemoryShare(this);
    private final ReentrantLock lock = new ReentrantLock();
    private final FreeSegments free;

    /** The shares that somebody waits for. */
    private final List<MemoryShare> waitedFor = new ArrayList<>();

    private long waiters;
    private volatile @Nullable KafkaException closeCause;

    // Written under the lock.
    private volatile long availableBytes;
    private volatile int brokers;

    /** Whether there is not enough for the next in line, whichever share it is for: then nobody gets anything before it. */
    private volatile boolean isShort;

    /**
     * Calls {@code onPressure} whenever more has to be sent than before, because somebody waits for the memory that it fills.
     *
     * @param segmentBytes the size of the largest batches
     * @param refusal why nobody may wait for room at the moment, else null; see {@link #onRefusal}
     */
    MemoryBudget(long totalBytes, int segmentBytes, Runnable onPressure, Supplier<@Nullable KafkaException> refusal) {
        this.totalBytes = totalBytes;
        this.segmentBytes = segmentBytes;
        this.onPressure = onPressure;
        this.refusal = refusal;
        this.availableBytes = totalBytes;
        this.free = new FreeSegments(segmentBytes);
    }

    /** For what is not for any broker yet; without a bound of its own. */
    MemoryShare common() {
        return common;
    }

    /** For partitions without a leader. */
    MemoryShare leaderless() {
        return leaderless;
    }

    /** For one more broker. */
    MemoryShare newShare() {
        lock.lock();
        try {
            int oneMore = brokers + 1;
            brokers = oneMore;
            return new MemoryShare(this);
        } finally {
            lock.unlock();
        }
    }

    int segmentBytes() {
        return segmentBytes;
    }

    long totalBytes() {
        return totalBytes;
    }

    /** How many bytes are in use at the moment. */
    long usedBytes() {
        return totalBytes - availableBytes;
    }

    /** Whether somebody waits for room that no broker's share stands in the way of. */
    boolean isUnderPressure() {
        return isShort;
    }

    /**
     * The size of the segment for a record that needs so much: that of a batch. If nothing else of its partition waits, it is
     * smaller the less memory is left, so that many partitions that get little do not take a whole batch each.
     */
    int segmentBytesFor(int bytesMin, int batchBytes, boolean isQuiet) {
        int bytes = batchBytes;
        if (isQuiet) {
            long left = availableBytes;
            for (long part = totalBytes / 2; left < part && bytes > SMALL_BYTES_MIN; part /= 2) {
                bytes = Math.max(SMALL_BYTES_MIN, bytes >> SMALLER_BITS);
            }
        }
        if (bytesMin > batchBytes) {
            return roundedUp(bytesMin, batchBytes);
        }
        // Not just what the record needs: of a size that no other record has there would be no use again.
        return bytesMin > bytes ? unlessJustRoom(bytesMin, Math.min(batchBytes, wholeKib(bytesMin))) : bytes;
    }

    private static long wholeKib(int bytes) {
        return ((long) bytes + SMALL_BYTES_MIN - 1) / SMALL_BYTES_MIN * SMALL_BYTES_MIN;
    }

    /** What the record needs if just that has room now. */
    private int unlessJustRoom(int bytes, long rounded) {
        long left = availableBytes;
        return bytes <= left && left < rounded ? bytes : (int) rounded;
    }

    /**
     * To whole batches, so that what is made for a large record can be lent for another; but not if just the record itself has
     * room now. One that has to wait can wait for all of it.
     */
    private int roundedUp(int bytes, int batchBytes) {
        long rounded = ((long) bytes + batchBytes - 1) / batchBytes * batchBytes;
        return rounded > Math.min(totalBytes, Integer.MAX_VALUE) ? bytes : unlessJustRoom(bytes, rounded);
    }

    /** Whether there is so much that batches may be larger than usual. */
    boolean isHalfLeft() {
        return availableBytes >= totalBytes / 2;
    }

    /** Whether the share may grow by so much, if there is as much at all. */
    boolean allows(MemoryShare share, long bytes) {
        return share.usedBytes == 0
                || !isBounded(share)
                || share.usedBytes + bytes <= TIMES_WHAT_IS_LEFT * (availableBytes - bytes);
    }

    private boolean isBounded(MemoryShare share) {
        return share != common
                && brokers >= (share == leaderless ? 1 : 2)
                && totalBytes / segmentBytes >= SHARED_BATCHES_MIN;
    }

    /** A segment for bytes that have been reserved. */
    Segment segment(MemoryShare share, int reservedBytes) {
        Segment again;
        lock.lock();
        try {
            again = pollFree(reservedBytes);
        } finally {
            lock.unlock();
        }
        return lend(again, share, reservedBytes);
    }

    /** A segment of so many bytes; null if there is no room for it. */
    @Nullable
    Segment tryTake(MemoryShare share, int bytes) {
        Segment again;
        lock.lock();
        try {
            if (!mayTake(share, bytes)) {
                return null;
            }
            take(share, bytes);
            again = pollFree(bytes);
        } finally {
            lock.unlock();
        }
        return lend(again, share, bytes);
    }

    private @Nullable Segment pollFree(int bytes) {
        Segment again = free.poll(bytes);
        if (again == null) {
            // What is kept for later counts too: it gives way to a segment of another size. Only then, for others
            // may have reserved what is kept and not taken it yet.
            free.shrinkTo(availableBytes);
        }
        return again;
    }

    private Segment lend(@Nullable Segment again, MemoryShare share, int bytes) {
        return again == null ? new Segment(allocate(share, bytes), share) : again.lendAgain(share);
    }

    private ByteBuffer allocate(MemoryShare share, int reservedBytes) {
        try {
            return ByteBuffer.allocateDirect(reservedBytes);
        } catch (OutOfMemoryError e) {
            share.release(reservedBytes);
            throw e;
        }
    }

    boolean tryReserve(MemoryShare share, long bytes) {
        lock.lock();
        try {
            boolean isAllowed = mayTake(share, bytes);
            if (isAllowed) {
                take(share, bytes);
            }
            return isAllowed;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayTake(MemoryShare share, long bytes) {
        return !isShort && share.waiters.isEmpty() && bytes <= availableBytes && allows(share, bytes);
    }

    private void take(MemoryShare share, long bytes) {
        long left = availableBytes - bytes;
        availableBytes = left;
        grow(share, bytes);
    }

    private static void grow(MemoryShare share, long bytes) {
        long used = share.usedBytes + bytes;
        share.usedBytes = used;
    }

    /** What was reserved for one share is for another from now on. */
    void move(long reservedBytes, MemoryShare from, MemoryShare to) {
        lock.lock();
        try {
            grow(from, -reservedBytes);
            grow(to, reservedBytes);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for room.
     *
     * @param owner whose memory it is to be, which may change meanwhile; see {@link #onOwnerChanged}
     * @return whose memory it is; null if there was no room in time
     * @throws KafkaException if nobody may wait any more, or that came first
     */
    @Nullable
    MemoryShare reserve(Supplier<MemoryShare> owner, long bytes, long timeoutNanos) throws InterruptedException {
        return await(enqueue(owner, bytes, null), timeoutNanos);
    }

    /**
     * As {@link #reserve} without waiting: calls the listener when the bytes have been reserved, perhaps before this method
     * returns, on whichever thread made room.
     */
    void reserveLater(Supplier<MemoryShare> owner, long bytes, Consumer<MemoryShare> listener) {
        enqueue(owner, bytes, listener);
    }

    private Waiter enqueue(Supplier<MemoryShare> owner, long bytes, @Nullable Consumer<MemoryShare> listener) {
        Waiter waiter;
        List<Runnable> news;
        lock.lock();
        try {
            waiter = new Waiter(owner, bytes, waiters++, lock.newCondition(), listener);
            lineUp(waiter);
            news = grant(true);
        } finally {
            lock.unlock();
        }
        news.forEach(Runnable::run);
        return waiter;
    }

    private void lineUp(Waiter waiter) {
        if (waiter.share.waiters.isEmpty()) {
            waitedFor.add(waiter.share);
        }
        waiter.share.waiters.add(waiter);
    }

    /** Records for a partition take another share's memory than before: so do those that wait for room. Any thread. */
    void onOwnerChanged(MemoryShare before) {
        List<Runnable> news = List.of();
        lock.lock();
        try {
            List<Waiter> moved = moved(before);
            moved.forEach(this::lineUp);
            if (!moved.isEmpty()) {
                news = grant(true);
            }
        } finally {
            lock.unlock();
        }
        news.forEach(Runnable::run);
    }

    private static List<Waiter> moved(MemoryShare before) {
        List<Waiter> moved = new ArrayList<>();
        before.waiters.removeIf(waiter -> {
            waiter.share = waiter.owner.get();
            return waiter.share != before && moved.add(waiter);
        });
        return moved;
    }

    private @Nullable MemoryShare await(Waiter waiter, long timeoutNanos) throws InterruptedException {
        long remainingNanos = timeoutNanos;
        List<Runnable> news = List.of();
        lock.lock();
        try {
            KafkaException refused = whyRefused();
            while (!waiter.isGranted && refused == null && remainingNanos > 0) {
                remainingNanos = waiter.served.awaitNanos(remainingNanos);
                refused = whyRefused();
            }
            if (!waiter.isGranted && refused != null) {
                throw refused;
            }
            return waiter.isGranted ? waiter.share : null;
        } catch (InterruptedException e) {
            if (waiter.isGranted) {
                take(waiter.share, -waiter.bytes);
            }
            throw e;
        } finally {
            // Whoever leaves without being served may have stood in the way of a smaller wish.
            waiter.share.waiters.remove(waiter);
            news = grant(false);
            lock.unlock();
            news.forEach(Runnable::run);
        }
    }

    /** Why nobody may wait, for room or for a turn, at the moment; null if all may. */
    @Nullable
    KafkaException whyRefused() {
        KafkaException closed = closeCause;
        return closed != null ? closed : refusal.get();
    }

    /**
     * Serves those who wait, as far as the memory goes; returns what is to be done without the lock.
     *
     * @param isWishNew whether somebody has lined up
     */
    private List<Runnable> grant(boolean isWishNew) {
        if (waitedFor.isEmpty()) {
            return List.of();
        }
        List<Runnable> news = new ArrayList<>();
        Waiter next = nextInLine();
        while (next != null && next.bytes <= availableBytes) {
            take(next.share, next.bytes);
            next.isGranted = true;
            next.served.signal();
            next.share.waiters.remove();
            Consumer<MemoryShare> listener = next.listener;
            if (listener != null) {
                MemoryShare share = next.share;
                news.add(() -> listener.accept(share));
            }
            next = nextInLine();
        }
        boolean wasShort = isShort;
        isShort = next != null;
        waitedFor.forEach(share -> share.isWaitedFor = !share.waiters.isEmpty());
        waitedFor.removeIf(share -> !share.isWaitedFor);
        if (isWishNew || (isShort && !wasShort)) {
            news.add(onPressure);
        }
        return news;
    }

    /** Who has waited longest, of those whose share may grow. */
    private @Nullable Waiter nextInLine() {
        Waiter first = null;
        for (MemoryShare share : waitedFor) {
            Waiter waiter = share.waiters.peek();
            if (waiter != null && allows(share, waiter.bytes) && (first == null || waiter.number < first.number)) {
                first = waiter;
            }
        }
        return first;
    }

    void giveBack(MemoryShare share, long bytes, @Nullable Segment segment) {
        List<Runnable> news;
        lock.lock();
        try {
            take(share, -bytes);
            if (segment != null && closeCause == null) {
                free.add(segment);
            }
            news = grant(false);
        } finally {
            lock.unlock();
        }
        if (!news.isEmpty()) {
            news.forEach(Runnable::run);
        }
    }

    /** Nobody may wait for room at the moment: threads that do fail with the reason. */
    void onRefusal() {
        lock.lock();
        try {
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    private void wakeAll() {
        waitedFor.forEach(share -> share.waiters.forEach(waiter -> waiter.served.signal()));
    }

    /** No thread waits any more: those that do fail with the cause. What is in use can still be given back. */
    void close(KafkaException cause) {
        lock.lock();
        try {
            closeCause = cause;
            free.clear();
            wakeAll();
        } finally {
            lock.unlock();
        }
    }
}
