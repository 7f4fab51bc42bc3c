package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import dev.ottla.producer.internal.WaitingRecords.Waiting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Lets a topic's records wait and places them, in order, once they can be: when the topic's partitions have become known and
 * there is room in the buffer. {@link #add} and {@link #isEmpty} are for any thread, the rest belongs to the home loop. The
 * topic is looked up when the first record waits for it, and kept in the metadata from then on.
 */
@ThreadSafe
final class WaitingTopic {
    private final String topic;
    private final TopicQueues queues;
    private final Batches batches;
    private final BufferGate gate;
    private final MemoryBudget budget;
    private final SendingOptions options;
    private final Cluster cluster;
    private final EventLoop loop;
    private final FlushBarrier barrier;
    private final WaitingRecords records;
    private final AtomicBoolean placeScheduled = new AtomicBoolean();

    // Home loop only.
    private boolean isTracked;
    private boolean isLookedUp;
    private EventLoop.@Nullable Timer deadlineTimer;

    WaitingTopic(
            String topic,
            TopicQueues queues,
            Batches batches,
            BufferGate gate,
            MemoryBudget budget,
            SendingOptions options,
            Cluster cluster) {
        this.topic = topic;
        this.queues = queues;
        this.batches = batches;
        this.gate = gate;
        this.budget = budget;
        this.options = options;
        this.cluster = cluster;
        this.loop = cluster.homeLoop();
        this.barrier = batches.barrier();
        this.records = new WaitingRecords(options.batchBytes());
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** See {@link WaitingRecords#turn}. */
    @Nullable
    CompletableFuture<Void> turn() {
        return records.turn();
    }

    /** Any thread: nobody may wait for a turn at the moment. */
    void onRefusal() {
        records.wakeAll();
    }

    /** A thread has waited for its turn in vain. */
    KafkaException notInTime(long waitedNanos, boolean isRecordsOwnTime) {
        return queues.partitions() == null
                ? ProducerFailures.topicNotKnown(topic, Duration.ofNanos(waitedNanos), null)
                : ProducerFailures.noRoomInTime(budget.totalBytes(), waitedNanos, isRecordsOwnTime);
    }

    /**
     * Lets a copy of the record wait.
     *
     * @param reservedBytes what was reserved for it in the buffer; 0 if it is suspended
     * @throws KafkaException if the producer was closed meanwhile
     */
    void add(EncodedRecord record, Object source, long reservedBytes) {
        EncodedRecord copy =
                record.detached(source, cluster.runtime().wallClock().currentTimeMillis());
        copy.generation = barrier.enter();
        copy.sinceNanos = loop.nanoTime();
        Waiting waiting = new Waiting(copy, budget.common(), reservedBytes);
        if (!records.add(waiting)) {
            giveUpRoom(waiting);
            barrier.exit(copy.generation);
            throw ProducerFailures.closed();
        }
        schedulePlace();
    }

    /** Any thread: takes back a record that waits; what it has of the buffer comes back when its turn comes. */
    boolean tryRevoke(Object completion) {
        boolean isRevoked = records.tryRevoke(completion);
        if (isRevoked) {
            schedulePlace();
        }
        return isRevoked;
    }

    private void schedulePlace() {
        if (placeScheduled.compareAndSet(false, true)) {
            Loops.run(loop, this::place);
        }
    }

    void onMetadata() {
        if (!records.isEmpty()) {
            place();
        }
    }

    /** Places as many as can be placed now. */
    private void place() {
        placeScheduled.set(false);
        Partitions known = queues.partitions();
        if (known == null) {
            lookUp();
            return;
        }
        for (Waiting first = records.first(); first != null; first = records.first()) {
            if (!records.tryClaim(first)) {
                drop(first);
            } else if (!isPlaced(known, first)) {
                records.unclaim(first);
                armDeadline(first);
                return;
            }
        }
    }

    /** Returns false if there is no room; else the record waits no more. */
    private boolean isPlaced(Partitions known, Waiting first) {
        if (loop.nanoTime() - first.record.sinceNanos >= options.deliveryTimeoutNanos()) {
            fail(first, ProducerFailures.noRoomUntilDelivery(budget.totalBytes(), options.deliveryTimeout()));
            return true;
        }
        try {
            if (!isPlacedOrThrows(known, first)) {
                return false;
            }
        } catch (KafkaException e) {
            fail(first, e);
            return true;
        }
        // Only now: a later record that finds nobody waiting overtakes nobody.
        records.removeFirst();
        giveUpRoom(first);
        return true;
    }

    private boolean isPlacedOrThrows(Partitions known, Waiting first) {
        if (first.segmentBytes > 0) {
            int segmentBytes = first.segmentBytes;
            // Before it is used: if there is no memory for it, the reservation has been given back.
            first.segmentBytes = 0;
            Segment segment = first.memory.segment(segmentBytes);
            return queues.tryPlace(known, first.record, segment);
        }
        if (!first.isRoomAskedFor) {
            queues.choose(known, first.record, first.record.source);
            if (queues.tryPlace(known, first.record, null)) {
                return true;
            }
        }
        PartitionQueue queue = queues.queueOf(known, first.record);
        Segment segment = segmentOfWaiting(first, queue.owner().memory());
        if (segment == null) {
            askForRoom(first, queue);
            return false;
        }
        return queues.tryPlace(known, first.record, segment);
    }

    /**
     * The memory that was reserved for those who wait becomes the segment that they are placed in: when they have filled the
     * buffer there is no other, and nobody else would give any back. Those who came since room was asked for count too. Null if
     * what they have is not enough.
     */
    private @Nullable Segment segmentOfWaiting(Waiting first, MemoryShare memory) {
        int bytesMin = (int) first.record.batchBytesMax();
        int bytesMax = Math.max(bytesMin, options.batchBytes());
        long bytes = records.takeReservations(bytesMax);
        if (bytes < bytesMin) {
            budget.common().release(bytes);
            return null;
        }
        budget.common().release(Math.max(0, bytes - bytesMax));
        int segmentBytes = (int) Math.min(bytes, bytesMax);
        budget.move(segmentBytes, budget.common(), memory);
        return memory.segment(segmentBytes);
    }

    /** In line with the threads that wait for room, so that nobody is passed over. */
    private void askForRoom(Waiting first, PartitionQueue queue) {
        if (first.isRoomAskedFor) {
            return;
        }
        first.isRoomAskedFor = true;
        int bytes = Math.max((int) first.record.batchBytesMax(), options.batchBytes());
        budget.reserveLater(
                () -> queue.owner().memory(), bytes, memory -> Loops.run(loop, () -> onRoom(first, memory, bytes)));
    }

    private void onRoom(Waiting first, MemoryShare memory, int reservedBytes) {
        if (records.first() == first) {
            first.memory = memory;
            first.segmentBytes = reservedBytes;
            place();
        } else {
            // It has failed meanwhile, or was placed in what others had reserved.
            memory.release(reservedBytes);
        }
    }

    private void releaseMemory(Waiting waiting) {
        if (waiting.reservedBytes > 0) {
            budget.common().release(waiting.reservedBytes);
            waiting.reservedBytes = 0;
        }
        if (waiting.segmentBytes > 0) {
            waiting.memory.release(waiting.segmentBytes);
            waiting.segmentBytes = 0;
        }
    }

    private void fail(Waiting first, KafkaException cause) {
        if (!records.tryClaim(first)) {
            drop(first);
            return;
        }
        records.removeFirst();
        giveUpRoom(first);
        batches.failNow(first.record, cause);
    }

    /** It was taken back, and nobody is to be told. */
    private void drop(Waiting first) {
        records.removeFirst();
        giveUpRoom(first);
        FlushBarrier.Generation generation = first.record.generation;
        if (generation != null) {
            barrier.exit(generation);
        }
    }

    private void giveUpRoom(Waiting waiting) {
        releaseMemory(waiting);
        if (waiting.isSuspended) {
            gate.onSuspensionEnded(waiting.record);
        }
    }

    private void armDeadline(Waiting first) {
        if (deadlineTimer == null) {
            long remainingNanos = first.record.sinceNanos + options.deliveryTimeoutNanos() - loop.nanoTime();
            deadlineTimer = loop.schedule(this::onDeadline, remainingNanos);
        }
    }

    private void onDeadline() {
        deadlineTimer = null;
        place();
    }

    /** One look-up at a time, for as long as the first in line may wait. */
    private void lookUp() {
        Waiting first = records.first();
        if (first == null || isLookedUp) {
            return;
        }
        if (!isTracked) {
            isTracked = true;
            cluster.track(topic);
        }
        isLookedUp = true;
        long remainingNanos = first.record.sinceNanos + options.topicTimeoutNanos() - loop.nanoTime();
        cluster.topic(topic, Math.max(1, remainingNanos))
                .whenComplete((found, failure) -> Loops.run(loop, () -> onLookedUp(failure)));
    }

    private void onLookedUp(@Nullable Throwable failure) {
        isLookedUp = false;
        if (failure == null) {
            queues.onMetadata(cluster.metadata());
        } else if (queues.partitions() == null) {
            onNotFound(ClusterFailures.of(failure));
        }
    }

    /** Fails those whose time is up; all, if it is not a matter of time. */
    private void onNotFound(KafkaException cause) {
        long now = loop.nanoTime();
        Waiting oldest = records.first();
        boolean isFinal = oldest != null && !isTimedOut(oldest, now);
        for (Waiting first = oldest; first != null; first = records.first()) {
            if (isFinal) {
                fail(first, cause);
            } else if (isTimedOut(first, now)) {
                fail(
                        first,
                        ProducerFailures.topicNotKnown(topic, Duration.ofNanos(options.topicTimeoutNanos()), cause));
            } else {
                break;
            }
        }
        lookUp();
    }

    private boolean isTimedOut(Waiting waiting, long nowNanos) {
        return nowNanos - waiting.record.sinceNanos >= options.topicTimeoutNanos();
    }

    /** Fails all that wait. */
    void clear(KafkaException cause) {
        for (Waiting first = records.first(); first != null; first = records.first()) {
            fail(first, cause);
        }
    }

    /** Fails all; none is let wait from now on. */
    void close(KafkaException cause) {
        records.close();
        clear(cause);
        if (deadlineTimer != null) {
            deadlineTimer.cancel();
        }
        if (isTracked) {
            isTracked = false;
            cluster.untrack(topic);
        }
    }
}
