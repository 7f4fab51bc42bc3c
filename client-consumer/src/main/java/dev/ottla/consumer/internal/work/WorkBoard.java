package dev.ottla.consumer.internal.work;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.NanoClock;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who may work on which record now, and which records are finished. One thread takes records in and commits; any thread
 * starts and ends work. Records of one lane (a partition, or a key of it) are worked on one after the other, all others in
 * any order. The lock is held for a few instructions and given up while waiting.
 *
 * @param <T> what is worked on
 */
@ThreadSafe
public final class WorkBoard<T> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition startable = lock.newCondition();
    private final Map<TopicPartition, Share<T>> shares = new HashMap<>();
    private final ReadyWork<T> ready = new ReadyWork<>();
    private final UnderWay<T> underWay = new UnderWay<>();
    private final int runningMax;
    private final int openMax;
    private final NanoClock clock;
    private final Consumer<TopicPartition> onRoom;
    private boolean closed;

    /** See {@link #endWaitsAt}; null as long as who waits decides alone. */
    private @Nullable Long waitsEndNanos;

    /** Completes with the next change that {@link #awaitIdle} waits for; null if nobody does. */
    private @Nullable CompletableFuture<Void> change;

    /**
     * An empty board.
     *
     * @param runningMax how many may be worked on at once
     * @param openMax how many a partition may have open before it counts as full
     * @param onRoom hears, on whatever thread, that a full partition is down to half of that
     */
    public WorkBoard(int runningMax, int openMax, NanoClock clock, Consumer<TopicPartition> onRoom) {
        this.runningMax = runningMax;
        this.openMax = openMax;
        this.clock = clock;
        this.onRoom = onRoom;
    }

    /**
     * Begins with a partition, in place of what is there of an earlier assignment or of a log that was cut. What is still under
     * way of that ends without effect, but lanes go on only after it.
     */
    public void open(TopicPartition partition, long tenure) {
        lock.lock();
        try {
            replace(partition, tenure);
        } finally {
            lock.unlock();
        }
    }

    private Share<T> replace(TopicPartition partition, long tenure) {
        Share<T> fresh = new Share<>(partition, tenure);
        end(shares.put(partition, fresh), true);
        underWay.precede(fresh);
        return fresh;
    }

    private void end(@Nullable Share<T> old, boolean awaited) {
        if (old != null) {
            old.end();
            ready.leave(old);
            underWay.leave(old, awaited);
        }
    }

    /**
     * Takes a record in.
     *
     * @param lane what it must be worked on in order with, within its partition; null for nothing
     */
    public void add(TopicPartition partition, long offset, @Nullable Object lane, T payload) {
        lock.lock();
        try {
            Share<T> share = shares.get(partition);
            if (share == null) {
                share = replace(partition, 0);
            } else if (!share.offsets.mayFollow(offset)) {
                // The log was truncated or the position set back: what is open belongs to what was read before.
                share = replace(partition, share.tenure);
            }
            Work<T> work = new Work<>(share, share.offsets.add(offset), lane, offset, payload);
            if (share.enqueue(work)) {
                ready.add(work);
                startable.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #fillsUp} said so, and nothing has changed it since. */
    public boolean isFull(TopicPartition partition) {
        lock.lock();
        try {
            Share<T> share = shares.get(partition);
            return share != null && share.full;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a partition has no room for so many more; its listener will then hear when it has. */
    public boolean fillsUp(TopicPartition partition, int more) {
        lock.lock();
        try {
            Share<T> share = shares.get(partition);
            if (share == null || share.offsets.open() + more <= openMax) {
                return false;
            }
            share.full = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Starts work if there is any and not too much under way, to be begun by {@link #mayBegin}; null otherwise. */
    public @Nullable Work<T> tryStart() {
        return tryStart(false);
    }

    /** As {@link #tryStart}, for who begins at once. */
    public @Nullable Work<T> tryBegin() {
        return tryStart(true);
    }

    private @Nullable Work<T> tryStart(boolean begins) {
        lock.lock();
        try {
            return startNext(begins);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #tryBegin}, waiting at most this long; null too once the board is closed. */
    public @Nullable Work<T> begin(long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            Work<T> work = startNext(true);
            while (work == null && left > 0 && !closed) {
                left = startable.awaitNanos(left);
                work = startNext(true);
            }
            return work;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Work<T> startNext(boolean begins) {
        while (underWay.count() < runningMax && !closed) {
            Work<T> work = ready.poll();
            if (work == null) {
                return null;
            }
            if (work.share.mayStart(work)) {
                work.state = Work.State.RUNNING;
                work.hasBegun |= begins;
                underWay.add(work, clock.nanoTime());
                return work;
            }
            work.state = Work.State.ENDED;
            underWay.onEnded(work);
        }
        return null;
    }

    /**
     * The work is done: its lane goes on, and its offset may be committed. Returns false if that makes no difference any more:
     * it had ended before, or its partition was taken away.
     */
    public boolean finish(Work<T> work) {
        boolean room;
        lock.lock();
        try {
            if (work.state != Work.State.RUNNING && work.state != Work.State.SUSPENDED) {
                return false;
            }
            stopRunning(work, Work.State.ENDED);
            Share<T> share = work.share;
            if (share.isOver()) {
                return false;
            }
            share.onFinished(work);
            offer(share.dequeue(work));
            room = share.full && share.isOpen() && share.offsets.open() <= openMax / 2;
            share.full &= !room;
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.accept(work.partition());
        }
        return true;
    }

    private void offer(@Nullable Work<T> next) {
        if (next != null) {
            ready.add(next);
        }
    }

    private void stopRunning(Work<T> work, Work.State to) {
        if (work.state == Work.State.RUNNING) {
            offer(underWay.remove(work, shares.get(work.partition())));
        }
        work.state = to;
        if (to == Work.State.ENDED) {
            underWay.onEnded(work);
        } else {
            underWay.onSuspended(work);
        }
        startable.signal();
        onChange();
    }

    /** Whether work that was started may really begin: what waited in an executor's queue may have lost its partition. */
    boolean mayBegin(Work<T> work) {
        lock.lock();
        try {
            work.hasBegun = work.share.mayStart(work);
            if (!work.hasBegun) {
                stopRunning(work, Work.State.ENDED);
            }
            return work.hasBegun;
        } finally {
            lock.unlock();
        }
    }

    /** The work is to be tried again later; its lane waits, others go on. Returns false if it had ended before. */
    public boolean suspend(Work<T> work) {
        lock.lock();
        try {
            if (work.state != Work.State.RUNNING) {
                return false;
            }
            stopRunning(work, work.share.mayStart(work) ? Work.State.SUSPENDED : Work.State.ENDED);
            return work.state == Work.State.SUSPENDED;
        } finally {
            lock.unlock();
        }
    }

    /** The time to try suspended work again has come. */
    public void resume(Work<T> work) {
        lock.lock();
        try {
            if (work.state == Work.State.SUSPENDED) {
                ready.addAgain(work);
                startable.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No more work of these partitions is started; who waits for that to be so hears of it. */
    public void stop(Collection<TopicPartition> partitions) {
        forEach(partitions, Share::stop);
    }

    /**
     * As {@link #stop}, but for work in front of what has begun or is finished: while that is not done, what comes behind it
     * can't be committed, and is done once more by whoever gets the partition.
     */
    public void stopWithoutGaps(Collection<TopicPartition> partitions) {
        forEach(partitions, share -> share.stopBehind(underWay.furthestBegun(share), underWay.firstBlocked(share)));
        lock.lock();
        try {
            ready.bringStoppedForward();
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #stop}, also for what {@link #stopWithoutGaps} lets start, because these partitions are another's by now; nobody
     * waits for what is under way there, as it can't be committed. The polling thread removes them when it hears of it.
     */
    public void lose(Collection<TopicPartition> partitions) {
        forEach(partitions, Share::lose);
    }

    private void forEach(Collection<TopicPartition> partitions, Consumer<Share<T>> how) {
        lock.lock();
        try {
            for (TopicPartition partition : partitions) {
                Share<T> share = shares.get(partition);
                if (share != null) {
                    how.accept(share);
                }
            }
            onChange();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing of these partitions is worked on, and nothing more of them is to be, at most this long and until
     * {@link #endWaitsAt}; returns whether that is so. What is still worked on then is not waited for again should its
     * partition come back, but by its lane.
     */
    public boolean awaitIdle(Collection<TopicPartition> partitions, long timeoutNanos, Waiting waiting)
            throws InterruptedException {
        long deadlineNanos = clock.nanoTime() + timeoutNanos;
        while (true) {
            CompletableFuture<Void> next;
            long leftNanos;
            lock.lock();
            try {
                if (!isWorkedOn(partitions)) {
                    return true;
                }
                leftNanos = leftNanos(deadlineNanos);
                if (leftNanos <= 0) {
                    underWay.onAwaitedInVain(partitions);
                    return false;
                }
                next = change == null ? new CompletableFuture<>() : change;
                change = next;
            } finally {
                lock.unlock();
            }
            waiting.awaitQuietly(next, leftNanos);
        }
    }

    private long leftNanos(long deadlineNanos) {
        long now = clock.nanoTime();
        long left = deadlineNanos - now;
        return waitsEndNanos == null ? left : Math.min(left, waitsEndNanos - now);
    }

    private void onChange() {
        if (change != null) {
            change.complete(null);
            change = null;
        }
    }

    /** From then on nobody waits for idleness any more, nor any longer who waits already. */
    public void endWaitsAt(long deadlineNanos) {
        lock.lock();
        try {
            waitsEndNanos = deadlineNanos;
            onChange();
        } finally {
            lock.unlock();
        }
    }

    private boolean isWorkedOn(Collection<TopicPartition> partitions) {
        return partitions.stream().anyMatch(partition -> {
            Share<T> share = shares.get(partition);
            return share != null && !share.isLost() && (share.isWorkedOn() || underWay.hasLeftBehind(partition));
        });
    }

    /**
     * Forgets these partitions; what is still under way there ends without effect.
     *
     * @param awaited whether their lanes, should they come back, go on only after that; not if who works on it may be gone for
     *     good
     */
    public void remove(Collection<TopicPartition> partitions, boolean awaited) {
        lock.lock();
        try {
            partitions.forEach(partition -> end(shares.remove(partition), awaited));
        } finally {
            lock.unlock();
        }
    }

    /** All records of the partition before this offset have been taken in. */
    public void onPassed(TopicPartition partition, long offset) {
        lock.lock();
        try {
            Share<T> share = shares.get(partition);
            if (share != null) {
                share.offsets.onPassed(offset);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How far each of these partitions is finished without a gap; those of which nothing is known are left out. */
    public Map<TopicPartition, HeldOffset> progress(Collection<TopicPartition> partitions) {
        lock.lock();
        try {
            Map<TopicPartition, HeldOffset> progress = new TreeMap<>();
            for (TopicPartition partition : partitions) {
                Share<T> share = shares.get(partition);
                if (share != null && share.offsets.next() > 0) {
                    progress.put(partition, new HeldOffset(share.tenure, share.offsets.next()));
                }
            }
            return progress;
        } finally {
            lock.unlock();
        }
    }

    /** The offset of the first record of the partition that is not finished; -1 if all are. */
    public long firstOpen(TopicPartition partition) {
        lock.lock();
        try {
            Share<T> share = shares.get(partition);
            return share == null || share.offsets.open() == 0 ? -1 : share.offsets.next();
        } finally {
            lock.unlock();
        }
    }

    /** The partitions that are here. A copy. */
    public Set<TopicPartition> partitions() {
        lock.lock();
        try {
            return Copies.of(shares.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** How many records are open in all. */
    public int open() {
        lock.lock();
        try {
            return shares.values().stream()
                    .mapToInt(share -> share.offsets.open())
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    /** The work that was begun longest ago, of what holds others up, and how long ago. */
    public record Oldest(RecordPlace place, long ageNanos) {}

    /** See {@link Oldest}, also of what is to be tried again; empty if nothing is under way. */
    public Optional<Oldest> oldest() {
        lock.lock();
        try {
            return underWay.longest()
                    .map(longest -> new Oldest(longest.place(), clock.nanoTime() - longest.startedNanos));
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is started any more; who waits for work gets none. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            startable.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
