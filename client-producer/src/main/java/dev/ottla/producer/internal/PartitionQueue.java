package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that are not acknowledged yet, in order: the one place where senders' threads and the leader's
 * loop meet. Step 4 of sending; the append side is for any thread, under a short lock; what is marked "owner" belongs to the
 * loop of the {@link PartitionOwner}. At most one batch is in flight, so a retry can't be overtaken.
 *
 * <pre>
 * IDLE ──first record──► OFFERED ──owner takes a batch──► BUSY ──answer, end of backoff──► OFFERED, or IDLE if empty
 *                                                                          any ──close──► CLOSED
 * </pre>
 */
@ThreadSafe
final class PartitionQueue {

    /** What became of an append. */
    enum Append {
        APPENDED,
        /** There is no open batch: a segment is needed for one. */
        NO_BATCH,
        /** The open batch had no room and was closed: a segment is needed for the next. */
        BATCH_FULL,
        CLOSED
    }

    /** What an owner finds. */
    enum Content {
        /** Nothing, or nothing that the owner may take now. */
        NONE,
        /** Only a batch that may still grow. */
        OPEN,
        /** A batch that is complete. */
        FULL
    }

    private enum Stage {
        /** Empty; the next append tells the owner. */
        IDLE,
        /** The owner knows that there is something. */
        OFFERED,
        /** A batch is in flight or waits for its retry; the owner looks again afterwards. */
        BUSY,
        CLOSED
    }

    private final TopicQueues topic;
    private final Batches batches;
    private final TopicPartition topicPartition;
    private final ReentrantLock lock = new ReentrantLock();

    /** Complete batches, oldest first; the first may be one to be sent again. */
    private final ArrayDeque<ProducerBatch> closed = new ArrayDeque<>();

    private @Nullable ProducerBatch open;
    private Stage stage = Stage.IDLE;
    private PartitionOwner owner;
    private @Nullable KafkaException closeCause;

    /** Who should be the owner; written on the home loop, followed by the owner. */
    private volatile PartitionOwner target;

    /** How many complete batches wait, for a partitioner's choice. */
    private volatile int backlog;

    // Owner only.
    private @Nullable ProducerBatch inFlight;
    private EventLoop.@Nullable Timer backoffTimer;
    private EventLoop.@Nullable Timer deadlineTimer;

    PartitionQueue(TopicQueues topic, TopicPartition topicPartition, Batches batches, PartitionOwner owner) {
        this.topic = topic;
        this.batches = batches;
        this.topicPartition = topicPartition;
        this.owner = owner;
        this.target = owner;
    }

    TopicQueues topic() {
        return topic;
    }

    TopicPartition topicPartition() {
        return topicPartition;
    }

    int backlog() {
        return backlog;
    }

    /** Appends to the open batch. If there is one and it has no room, it is complete and goes its way. */
    Append tryAppend(EncodedRecord record) {
        ProducerBatch filled;
        lock.lock();
        try {
            if (stage == Stage.CLOSED) {
                return Append.CLOSED;
            }
            filled = open;
            if (filled == null) {
                return Append.NO_BATCH;
            }
            if (filled.tryAppend(record)) {
                return Append.APPENDED;
            }
            replaceOpen(null);
        } finally {
            lock.unlock();
        }
        seal(filled);
        return Append.BATCH_FULL;
    }

    /** Appends, with a new batch on this segment if the open one has no room. Takes ownership of the segment. */
    Append append(EncodedRecord record, Segment ownedSegment) {
        ProducerBatch fresh = batches.open(this, ownedSegment);
        if (!fresh.tryAppend(record)) {
            batches.discard(fresh);
            throw new IllegalStateException("a record does not fit into the segment that was taken for it");
        }
        ProducerBatch filled = null;
        PartitionOwner toTell = null;
        boolean isClosed;
        boolean isUnused;
        lock.lock();
        try {
            isClosed = stage == Stage.CLOSED;
            isUnused = isClosed || (open != null && open.tryAppend(record));
            if (!isUnused) {
                filled = replaceOpen(fresh);
                toTell = stage == Stage.IDLE ? owner : null;
                stage = stage == Stage.IDLE ? Stage.OFFERED : stage;
            }
        } finally {
            lock.unlock();
        }
        if (isUnused) {
            batches.discard(fresh);
        }
        if (toTell != null) {
            toTell.offer(this, false);
        }
        if (filled != null) {
            seal(filled);
        }
        return isClosed ? Append.CLOSED : Append.APPENDED;
    }

    private @Nullable ProducerBatch replaceOpen(@Nullable ProducerBatch fresh) {
        ProducerBatch filled = open;
        open = fresh;
        if (filled != null) {
            closed.addLast(filled);
            backlog = closed.size();
        }
        return filled;
    }

    /** Outside the lock: others go on appending to the next batch meanwhile. */
    private void seal(ProducerBatch filled) {
        batches.seal(filled);
        PartitionOwner toTell;
        KafkaException cause;
        lock.lock();
        try {
            toTell = stage == Stage.OFFERED || stage == Stage.CLOSED ? owner : null;
            cause = closeCause;
        } finally {
            lock.unlock();
        }
        if (toTell != null && cause != null) {
            toTell.fail(this, cause);
        } else if (toTell != null) {
            toTell.offer(this, true);
        }
    }

    /** Owner: what there is to take. */
    Content content() {
        lock.lock();
        try {
            if (stage != Stage.OFFERED) {
                return Content.NONE;
            }
            ProducerBatch head = closed.peekFirst();
            if (head != null) {
                // One that is just being sealed will be offered by the thread that seals it.
                return head.isSealed() ? Content.FULL : Content.NONE;
            }
            return open == null ? Content.NONE : Content.OPEN;
        } finally {
            lock.unlock();
        }
    }

    /** Owner: the batch that is open, if it is the only one. */
    @Nullable
    ProducerBatch openBatch() {
        lock.lock();
        try {
            return closed.isEmpty() ? open : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Owner: takes the oldest batch to send it, the open one too; null if there is none, or it has more bytes than allowed. It
     * stays this queue's batch in flight until {@link #onAttemptEnded} or {@link #requeue}.
     */
    @Nullable
    ProducerBatch take(int bytesMax) {
        lock.lock();
        try {
            if (stage != Stage.OFFERED) {
                return null;
            }
            ProducerBatch head = closed.peekFirst();
            if (head != null
                    ? !head.isSealed() || head.sizeBytes() > bytesMax
                    : open == null || open.sizeBytes() > bytesMax) {
                return null;
            }
            if (head == null) {
                head = open;
                open = null;
            } else {
                closed.removeFirst();
                backlog = closed.size();
            }
            stage = Stage.BUSY;
            inFlight = head;
            return head;
        } finally {
            lock.unlock();
        }
    }

    /** Owner: the batch in flight goes back to the head; the queue stays busy until {@link #onAttemptEnded}. */
    void requeue(ProducerBatch batch) {
        lock.lock();
        try {
            inFlight = null;
            closed.addFirst(batch);
            backlog = closed.size();
        } finally {
            lock.unlock();
        }
    }

    /** Owner: nothing is in flight any more and no backoff runs: the next batch may be taken. */
    void onAttemptEnded() {
        lock.lock();
        try {
            inFlight = null;
            if (stage == Stage.BUSY) {
                stage = closed.isEmpty() && open == null ? Stage.IDLE : Stage.OFFERED;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Owner: takes out all batches whose delivery timeout has passed, oldest first. */
    List<ProducerBatch> removeExpired(long nowNanos) {
        return removeWhile(batch -> batch.isExpired(nowNanos));
    }

    /** Owner: takes out everything that is not in flight. */
    List<ProducerBatch> removeAll() {
        return removeWhile(batch -> true);
    }

    /** From the head on. One that is just being sealed belongs to the thread that seals it, which comes back afterwards. */
    private List<ProducerBatch> removeWhile(Predicate<ProducerBatch> condition) {
        List<ProducerBatch> removed = new ArrayList<>();
        lock.lock();
        try {
            ProducerBatch head = closed.peekFirst();
            while (head != null && head.isSealed() && condition.test(head)) {
                removed.add(closed.removeFirst());
                head = closed.peekFirst();
            }
            if (head == null && open != null && condition.test(open)) {
                removed.add(open);
                open = null;
            }
            backlog = closed.size();
            if (stage == Stage.OFFERED && closed.isEmpty() && open == null) {
                stage = Stage.IDLE;
            }
        } finally {
            lock.unlock();
        }
        return removed;
    }

    /** Owner: accepts nothing from now on. */
    void close(KafkaException cause) {
        lock.lock();
        try {
            stage = Stage.CLOSED;
            closeCause = cause;
        } finally {
            lock.unlock();
        }
    }

    /** Owner: the batch whose delivery times out next; null if there is none. */
    @Nullable
    ProducerBatch oldest() {
        lock.lock();
        try {
            if (inFlight != null && !inFlight.isEnded()) {
                return inFlight;
            }
            ProducerBatch head = closed.peekFirst();
            return head != null ? head : open;
        } finally {
            lock.unlock();
        }
    }

    PartitionOwner owner() {
        lock.lock();
        try {
            return owner;
        } finally {
            lock.unlock();
        }
    }

    PartitionOwner target() {
        return target;
    }

    /** Home loop: the partition has another leader, or none. */
    void setTarget(PartitionOwner newTarget) {
        if (target != newTarget) {
            target = newTarget;
            owner().reconcile(this);
        }
    }

    /** Owner: passes the queue on, without timers and with nothing in flight. */
    void passOn(PartitionOwner newOwner) {
        boolean hasContent;
        lock.lock();
        try {
            owner = newOwner;
            hasContent = stage == Stage.OFFERED;
        } finally {
            lock.unlock();
        }
        if (hasContent) {
            newOwner.offer(this, true);
        }
    }

    /** Owner: the batch that was taken last and has no answer yet. */
    @Nullable
    ProducerBatch inFlight() {
        return inFlight;
    }

    EventLoop.@Nullable Timer backoffTimer() {
        return backoffTimer;
    }

    void backoffTimer(EventLoop.@Nullable Timer timer) {
        backoffTimer = timer;
    }

    EventLoop.@Nullable Timer deadlineTimer() {
        return deadlineTimer;
    }

    void deadlineTimer(EventLoop.@Nullable Timer timer) {
        deadlineTimer = timer;
    }
}
