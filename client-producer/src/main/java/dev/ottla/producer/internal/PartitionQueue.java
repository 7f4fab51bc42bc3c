package dev.ottla.producer.internal;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that are not acknowledged yet, in order: the one place where senders' threads and the leader's
 * loop meet. Step 4 of sending; the append side is for any thread, under a short lock; what is marked "owner" belongs to the
 * loop of the {@link PartitionOwner}, and so does the {@link SendWindow} with what was sent.
 *
 * <pre>
 * IDLE ──first record──► OFFERED ──owner takes batches──► IDLE if empty, BUSY if the window takes no more
 *   BUSY ──answer, end of backoff──► OFFERED, or IDLE if empty                   any ──close──► CLOSED
 * </pre>
 */
@ThreadSafe
final class PartitionQueue {

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
        /** The owner may take nothing now; it looks again by itself. */
        BUSY,
        CLOSED
    }

    private final TopicQueues topic;
    private final Batches batches;
    private final TopicPartition topicPartition;
    private final ShortLock lock = new ShortLock();

    /** Under the lock only. */
    private final CompleteBatches complete = new CompleteBatches();

    // Written under the lock; read without it where an older state does no harm.
    private volatile @Nullable ProducerBatch open;
    private volatile Stage stage = Stage.IDLE;
    private volatile PartitionOwner owner;
    private @Nullable KafkaException closeCause;

    /** Who should be the owner; written on the home loop, followed by the owner. */
    private volatile PartitionOwner target;

    /** How many complete batches wait. Read after {@link #open}. */
    private volatile int backlog;

    // Owner only.
    private final SendWindow window;
    private @Nullable PartitionOwner placedBy;
    private boolean isTaken;
    private EventLoop.@Nullable Timer backoffTimer;
    private EventLoop.@Nullable Timer deadlineTimer;

    PartitionQueue(
            TopicQueues topic,
            TopicPartition topicPartition,
            Batches batches,
            SendWindow window,
            PartitionOwner owner) {
        this.topic = topic;
        this.batches = batches;
        this.topicPartition = topicPartition;
        this.window = window;
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

    /** Any thread: whether records that may go anywhere should go elsewhere. */
    boolean isStalled() {
        return owner.isStalled(stage == Stage.BUSY && backlog > 0);
    }

    /** Appends to the open batch. If there is one and it has no room, it is complete and goes its way. */
    Append tryAppend(EncodedRecord record) {
        ProducerBatch filled;
        boolean isAppended;
        lock.lock();
        try {
            if (stage == Stage.CLOSED) {
                return Append.CLOSED;
            }
            filled = open;
            if (filled == null) {
                return Append.NO_BATCH;
            }
            isAppended = filled.tryAppend(record);
            if (isAppended && !filled.hasAllRecords()) {
                return Append.APPENDED;
            }
            replaceOpen(null);
        } finally {
            lock.unlock();
        }
        seal(filled);
        return isAppended ? Append.APPENDED : Append.BATCH_FULL;
    }

    /** Appends bytes as they are to the open batch; returns false, and has done nothing, if there is none with room. */
    boolean tryAppend(
            long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers, Object completion) {
        ProducerBatch batch;
        lock.lock();
        try {
            batch = open;
            if (batch == null
                    || stage == Stage.CLOSED
                    || !batch.tryAppend(timestamp, key, value, headers, completion)) {
                return false;
            }
            if (!batch.hasAllRecords()) {
                return true;
            }
            replaceOpen(null);
        } finally {
            lock.unlock();
        }
        seal(batch);
        return true;
    }

    /** Appends, with a new batch on this segment if the open one has no room. Takes ownership of the segment. */
    Append append(EncodedRecord record, Segment ownedSegment) {
        ProducerBatch fresh = batches.open(this, ownedSegment, record);
        if (!fresh.tryAppend(record)) {
            batches.discard(fresh);
            throw new IllegalStateException("a record does not fit into the segment that was taken for it");
        }
        ProducerBatch filled = null;
        ProducerBatch last = null;
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
            if (open != null && open.hasAllRecords()) {
                last = replaceOpen(null);
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
        if (last != null) {
            seal(last);
        }
        return isClosed ? Append.CLOSED : Append.APPENDED;
    }

    private @Nullable ProducerBatch replaceOpen(@Nullable ProducerBatch fresh) {
        ProducerBatch filled = open;
        if (filled != null) {
            complete.add(filled);
            backlog = complete.count();
        }
        // After the backlog: who sees this batch sees too that another comes before it.
        open = fresh;
        return filled;
    }

    /** Outside the lock: others go on appending to the next batch meanwhile. */
    private void seal(ProducerBatch filled) {
        if (filled.hasAllRecords()) {
            topic.onAllRecords(filled);
        }
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
            toTell.end(this, watch -> watch.failAll(this, cause));
        } else if (toTell != null) {
            toTell.offer(this, true);
        }
    }

    /** Owner: what was sent and has not ended. */
    SendWindow window() {
        return window;
    }

    /** Owner: what there is to take. */
    Content content() {
        if (isTaken || backoffTimer != null) {
            return Content.NONE;
        } else if (window.nextAgain() != null) {
            return Content.FULL;
        }
        Content unsent = window.isOpen() ? unsentContent() : Content.NONE;
        return unsent == Content.NONE || topic.admits(topicPartition) ? unsent : Content.NONE;
    }

    /** Owner: whether there is something to be sent, or to be sent again, some time. */
    boolean isAnythingToSend() {
        return unsentContent() != Content.NONE || window.isAnyToSendAgain();
    }

    private Content unsentContent() {
        if (stage == Stage.CLOSED) {
            return Content.NONE;
        }
        ProducerBatch only = open;
        if (backlog == 0) {
            return only == null ? Content.NONE : Content.OPEN;
        }
        lock.lock();
        try {
            ProducerBatch head = complete.first();
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
        ProducerBatch only = open;
        return backlog == 0 ? only : null;
    }

    /**
     * Owner: takes the batch that is to be sent next, the open one too; null if there is none, or it has more bytes than
     * allowed. One that was not sent before is in the window from now on. The next can be taken after {@link #onWindowChanged}:
     * a request has at most one batch of a partition.
     */
    @Nullable
    ProducerBatch take(int bytesMax) {
        if (content() == Content.NONE) {
            return null;
        }
        ProducerBatch again = window.nextAgain();
        if (again != null) {
            isTaken = again.sizeBytes() <= bytesMax;
            return isTaken ? again : null;
        }
        ProducerBatch unsent = takeUnsent(bytesMax);
        boolean isChanged = false;
        while (unsent != null && unsent.isPartlyRevoked()) {
            ProducerBatch rest = batches.withoutRevoked(unsent);
            unsent = rest == null ? takeUnsent(bytesMax) : rest;
            isChanged = true;
            onWindowChanged();
        }
        if (unsent != null) {
            isTaken = true;
            window.add(unsent);
        } else if (isChanged && content() != Content.NONE) {
            // Who opened the next batch meanwhile saw that the owner knew of one, and did not tell.
            owner.offer(this, true);
        }
        return unsent;
    }

    private @Nullable ProducerBatch takeUnsent(int bytesMax) {
        lock.lock();
        try {
            if (!complete.isEmpty()) {
                ProducerBatch head = complete.poll(bytesMax);
                backlog = complete.count();
                return head;
            }
            ProducerBatch only = open;
            if (only == null || only.sizeBytes() > bytesMax) {
                return null;
            }
            open = null;
            return only;
        } finally {
            lock.unlock();
        }
    }

    /** Owner: after sending and after answers: decides whether those who append have to tell of it. */
    void onWindowChanged() {
        isTaken = false;
        boolean isBusy = backoffTimer != null || !window.isOpen();
        lock.lock();
        try {
            if (stage != Stage.CLOSED) {
                boolean isEmpty = complete.isEmpty() && open == null;
                stage = isBusy ? Stage.BUSY : isEmpty ? Stage.IDLE : Stage.OFFERED;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Owner: returns whether the queue was not among those that this owner has to look at, and is now. */
    boolean place(PartitionOwner byOwner) {
        boolean isNew = placedBy != byOwner;
        placedBy = byOwner;
        return isNew;
    }

    /** Owner: the queue is not among those to look at any more. */
    void unplace() {
        placedBy = null;
    }

    /** Any thread: takes a record back whose batch was not taken to be sent. Looks at all that wait, so it is not for every day. */
    boolean tryRevoke(Object completion) {
        lock.lock();
        try {
            ProducerBatch filling = open;
            return (filling != null && filling.tryRevoke(completion)) || complete.tryRevoke(completion);
        } finally {
            lock.unlock();
        }
    }

    /** Owner: takes out all batches whose delivery timeout has passed, oldest first. */
    List<ProducerBatch> removeExpired(long nowNanos) {
        return removeWhile(batch -> batch.isExpired(nowNanos));
    }

    /** Owner: takes out everything that was never sent. */
    List<ProducerBatch> removeAll() {
        return removeWhile(batch -> true);
    }

    private List<ProducerBatch> removeWhile(Predicate<ProducerBatch> condition) {
        lock.lock();
        try {
            List<ProducerBatch> removed = complete.pollWhile(condition);
            if (complete.isEmpty() && open != null && condition.test(open)) {
                removed.add(open);
                open = null;
            }
            backlog = complete.count();
            if (stage == Stage.OFFERED && complete.isEmpty() && open == null) {
                stage = Stage.IDLE;
            }
            return removed;
        } finally {
            lock.unlock();
        }
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
        ProducerBatch sent = window.oldest();
        if (sent != null) {
            return sent;
        }
        lock.lock();
        try {
            ProducerBatch head = complete.first();
            return head != null ? head : open;
        } finally {
            lock.unlock();
        }
    }

    PartitionOwner owner() {
        return owner;
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
        window.takePause();
        onWindowChanged();
        boolean hasContent = window.oldest() != null;
        PartitionOwner before = owner;
        // The lists of this owner drop the queue and its open batch without touching them.
        placedBy = null;
        lock.lock();
        try {
            ProducerBatch filling = open;
            if (filling != null) {
                filling.unplace();
            }
            // In one step with the owner: who appends before has told the old one, which does not listen any more.
            hasContent |= filling != null || !complete.isEmpty();
            owner = newOwner;
        } finally {
            lock.unlock();
        }
        topic.onOwnerChanged(before);
        if (hasContent) {
            newOwner.offer(this, true);
        }
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
