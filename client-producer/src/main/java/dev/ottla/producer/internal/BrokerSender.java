package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.producer.internal.PartitionQueue.Content;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends the batches of the partitions that one broker leads. Step 5 of sending. {@link #offer} and what else a
 * {@link PartitionOwner} has are for any thread; everything from {@link #drain} on belongs to the broker's loop.
 *
 * <p>A request goes out as soon as fewer than the allowed number are in flight, the connection takes more bytes, and
 * <ul>
 *   <li>a complete batch waits; it goes with the other complete ones, at most one per partition; or
 *   <li>the oldest open batch has waited for the linger, or somebody flushes, closes or waits for memory, or, unless the user
 *       has set a linger, nothing is in flight: then all that waits goes.
 * </ul>
 * Nothing is bound to a request before there is a connection: until then a batch can grow, and go with its partition to
 * another leader.
 */
@ThreadSafe
final class BrokerSender implements PartitionOwner {
    private final Broker broker;
    private final EventLoop loop;
    private final SendingOptions options;
    private final Batches batches;
    private final Urgency urgency;
    private final PartitionWatch watch;
    private final AttemptResults results;

    /** Queues that other threads have offered. */
    private final Queue<PartitionQueue> inbox = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    /**
     * What an offer need not wake the loop for, because the loop will look at the inbox in time by itself. Set back to NOTHING
     * before the inbox is emptied, so that an offer is either seen or wakes.
     */
    private volatile Attention attention = Attention.NOTHING;

    private enum Attention {
        NOTHING,
        /** A timer will fire before an open batch has waited for the linger. */
        OPEN_BATCHES,
        /** No more may be in flight; an answer will come. */
        EVERYTHING
    }

    // Loop only.
    private final ArrayDeque<PartitionQueue> full = new ArrayDeque<>();
    private final ArrayDeque<ProducerBatch> open = new ArrayDeque<>();
    private int inFlight;
    private boolean isConnecting;
    private EventLoop.@Nullable Timer lingerTimer;

    BrokerSender(Cluster cluster, Broker broker, SendingOptions options, Batches batches, Urgency urgency) {
        this.broker = broker;
        this.loop = broker.loop();
        this.options = options;
        this.batches = batches;
        this.urgency = urgency;
        this.watch = new PartitionWatch(loop, batches, options, ProducerFailures.QUEUED);
        this.results = new AttemptResults(cluster, broker, options, batches, this);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void offer(PartitionQueue queue, boolean isFull) {
        inbox.add(queue);
        Attention paid = attention;
        if (paid == Attention.NOTHING || (isFull && paid == Attention.OPEN_BATCHES)) {
            wake();
        }
    }

    /** Looks soon what can be sent. Any thread. */
    void wake() {
        if (drainScheduled.compareAndSet(false, true)) {
            Loops.run(loop, this::drain);
        }
    }

    @Override
    public void reconcile(PartitionQueue queue) {
        Loops.run(loop, () -> onReconcile(queue));
    }

    @Override
    public void fail(PartitionQueue queue, KafkaException cause) {
        Loops.run(loop, () -> {
            if (queue.owner() == this) {
                watch.failAll(queue, cause);
            } else {
                queue.owner().fail(queue, cause);
            }
        });
    }

    private void onReconcile(PartitionQueue queue) {
        PartitionOwner owner = queue.owner();
        if (owner != this) {
            owner.reconcile(queue);
        } else if (queue.target() != this && queue.inFlight() == null) {
            passOn(queue);
        }
    }

    /** A leader that moved is a fresh start: the queue does not wait out a backoff that the old leader was owed. */
    private void passOn(PartitionQueue queue) {
        watch.forget(queue);
        queue.onAttemptEnded();
        queue.passOn(queue.target());
    }

    private void drain() {
        attention = Attention.NOTHING;
        drainScheduled.set(false);
        for (PartitionQueue queue = inbox.poll(); queue != null; queue = inbox.poll()) {
            place(queue);
        }
        while (inFlight < options.inFlightMax() && isAnythingDue() && isConnected()) {
            List<ProducerBatch> taken = collect();
            if (taken.isEmpty()) {
                break;
            }
            send(taken);
        }
        armLingerTimer();
        attention = attention();
    }

    /** The queue has content, perhaps: puts it where it will be found. */
    void place(PartitionQueue queue) {
        if (queue.owner() != this) {
            return;
        }
        Content content = queue.content();
        if (content == Content.FULL) {
            full.addLast(queue);
        } else if (content == Content.OPEN) {
            ProducerBatch batch = queue.openBatch();
            if (batch != null) {
                open.addLast(batch);
            }
        }
        watch.watch(queue);
    }

    private boolean isAnythingDue() {
        return isFullBatchDue() || areOpenBatchesDue();
    }

    /** Whether a queue with a complete batch waits; those that no longer have one, or are gone, are dropped. */
    private boolean isFullBatchDue() {
        PartitionQueue first = full.peekFirst();
        while (first != null && (first.owner() != this || first.content() != Content.FULL)) {
            full.removeFirst();
            place(first);
            first = full.peekFirst();
        }
        return first != null;
    }

    private boolean areOpenBatchesDue() {
        ProducerBatch oldest = oldestOpen();
        return oldest != null
                && ((options.sendsWhenIdle() && inFlight == 0)
                        || urgency.isUrgent()
                        || loop.nanoTime() - oldest.openedNanos() >= options.lingerNanosMax());
    }

    /** The first open batch that is still open and here; what became of those before it is known elsewhere. */
    private @Nullable ProducerBatch oldestOpen() {
        ProducerBatch oldest = open.peekFirst();
        while (oldest != null
                && (oldest.queue().owner() != this || oldest.queue().openBatch() != oldest)) {
            open.removeFirst();
            oldest = open.peekFirst();
        }
        return oldest;
    }

    private boolean isConnected() {
        if (broker.isReady()) {
            return inFlight == 0 || broker.isWritable();
        }
        if (!isConnecting) {
            isConnecting = true;
            broker.whenConnected(this::onConnected);
        }
        return false;
    }

    private void onConnected(@Nullable KafkaException failure) {
        isConnecting = false;
        if (failure != null) {
            onNotConnected(failure);
        }
        drain();
    }

    private void onNotConnected(KafkaException cause) {
        boolean isPermanent = DeliveryPolicy.isPermanent(cause);
        open.forEach(batch -> onNotConnected(batch.queue(), cause, isPermanent));
        full.forEach(queue -> onNotConnected(queue, cause, isPermanent));
    }

    private void onNotConnected(PartitionQueue queue, KafkaException cause, boolean isPermanent) {
        ProducerBatch oldest = queue.owner() == this ? queue.oldest() : null;
        if (oldest != null) {
            oldest.onAttemptFailed(cause);
        }
        if (isPermanent && oldest != null) {
            watch.failContent(queue, cause);
        }
    }

    private List<ProducerBatch> collect() {
        boolean withOpen = areOpenBatchesDue();
        RequestRoom room = new RequestRoom(options.requestBytesMax());
        while (!full.isEmpty() && room.take(full.getFirst(), this)) {
            full.removeFirst();
        }
        while (withOpen && !open.isEmpty() && room.take(open.getFirst().queue(), this)) {
            open.removeFirst();
        }
        room.batches().forEach(this::prepare);
        return room.batches();
    }

    private void prepare(ProducerBatch batch) {
        if (!batch.isSealed()) {
            batch.queue().topic().onOpenBatchTaken(batch);
            batches.seal(batch);
        }
        batch.onAttempt();
    }

    private void send(List<ProducerBatch> taken) {
        ProduceRequestEncoder request = new ProduceRequestEncoder(options, RequestRoom.byTopic(taken));
        inFlight++;
        broker.send(request, options.requestTimeout().toNanos(), new ProduceResponseHandler(request, results));
    }

    /** The answer to a request came, or will never come; its batches have been dealt with. */
    void onRequestEnded() {
        inFlight--;
        drain();
    }

    /** The batch that was in flight is done with: what is behind it may go, here or at another leader. */
    void onBatchEnded(PartitionQueue queue) {
        queue.onAttemptEnded();
        if (queue.target() != this) {
            passOn(queue);
        } else {
            place(queue);
        }
    }

    /** The batch is at the head of its queue again; it goes after a pause, or at once to another leader. */
    void onRetry(PartitionQueue queue, long backoffNanos) {
        if (queue.target() != this) {
            passOn(queue);
        } else {
            watch.watch(queue);
            queue.backoffTimer(loop.schedule(() -> onBackoffEnded(queue), backoffNanos));
        }
    }

    private void onBackoffEnded(PartitionQueue queue) {
        queue.backoffTimer(null);
        onBatchEnded(queue);
        drain();
    }

    private void armLingerTimer() {
        ProducerBatch oldest = oldestOpen();
        boolean isNeeded = oldest != null || (options.sendsWhenIdle() && inFlight > 0);
        if (lingerTimer != null || !isNeeded || isConnecting || inFlight >= options.inFlightMax()) {
            return;
        }
        long waitedNanos = oldest == null ? 0 : loop.nanoTime() - oldest.openedNanos();
        // One that is due and still here could not be sent; the answer that makes room for it will be noticed anyway.
        if (waitedNanos < options.lingerNanosMax()) {
            lingerTimer = loop.schedule(this::onLingerTimer, options.lingerNanosMax() - waitedNanos);
        }
    }

    private void onLingerTimer() {
        lingerTimer = null;
        drain();
    }

    private Attention attention() {
        if (inFlight >= options.inFlightMax()) {
            return Attention.EVERYTHING;
        }
        boolean sendsAtOnce = options.sendsWhenIdle() && inFlight == 0;
        return lingerTimer != null && !sendsAtOnce ? Attention.OPEN_BATCHES : Attention.NOTHING;
    }
}
