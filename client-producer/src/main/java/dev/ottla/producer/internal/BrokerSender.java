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
 * another leader. What was sent goes with it too, if a leader that has it already will notice.
 */
@ThreadSafe
final class BrokerSender implements PartitionOwner {
    private final Broker broker;
    private final EventLoop loop;
    private final SendingOptions options;
    private final Batches batches;
    private final Urgency.OfBroker urgency;
    private final Identities ids;
    private final PartitionWatch watch;
    private final SilenceWatch silence;
    private final Uptake uptake;
    private final AttemptResults results;

    /** Queues that other threads have offered. */
    private final Queue<PartitionQueue> inbox = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;

    /**
     * What an offer need not wake the loop for, because the loop will look at the inbox in time by itself. Set back to NOTHING
     * before the inbox is emptied, so that an offer is either seen or wakes.
     */
    private volatile Attention attention = Attention.NOTHING;

    private enum Attention {
        NOTHING,
        /** A timer will fire before an open batch has waited for the linger, and nobody waits that it goes sooner. */
        OPEN_BATCHES,
        /** No more may be in flight; an answer will come. */
        EVERYTHING
    }

    // Loop only.
    private final ArrayDeque<PartitionQueue> full = new ArrayDeque<>();
    private final OpenBatches open;
    private int inFlight;
    private boolean isConnecting;
    private boolean isIdentifying;
    private EventLoop.@Nullable Timer lingerTimer;

    BrokerSender(
            Cluster cluster,
            Broker broker,
            SendingOptions options,
            Batches batches,
            Urgency.OfBroker urgency,
            Identities ids) {
        this.ids = ids;
        this.broker = broker;
        this.loop = broker.loop();
        this.options = options;
        this.batches = batches;
        this.urgency = urgency;
        this.open = new OpenBatches(this, options);
        this.watch = new PartitionWatch(loop, batches, options, ids, ProducerFailures.QUEUED);
        this.silence = new SilenceWatch(cluster, broker);
        this.uptake = new Uptake(loop, options);
        this.results = new AttemptResults(cluster, broker, options, batches, ids, this);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public MemoryShare memory() {
        return urgency.memory();
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
            Loops.run(loop, drain);
        }
    }

    @Override
    public boolean isStalled(boolean isQueueHeldUp) {
        return uptake.isStalled(isQueueHeldUp);
    }

    @Override
    public void reconcile(PartitionQueue queue) {
        Loops.run(loop, () -> onReconcile(queue));
    }

    @Override
    public PartitionWatch watch() {
        return watch;
    }

    private void onReconcile(PartitionQueue queue) {
        PartitionOwner owner = queue.owner();
        if (owner != this) {
            owner.reconcile(queue);
        } else if (queue.target() != this) {
            leave(queue);
        }
    }

    /** The partition has another leader. What this one was sent need not be answered first, if the other notices duplicates. */
    private void leave(PartitionQueue queue) {
        SendWindow window = queue.window();
        if (window.isIdempotent() && queue.target() instanceof BrokerSender) {
            window.abandonAttempts();
            watch.mend(queue);
        }
        List<ProducerBatch> settled = window.takeSettled();
        if (window.inFlight() == 0) {
            passOn(queue);
        } else {
            window.regroup(0);
        }
        settled.forEach(batches::end);
    }

    /** A leader that moved is a fresh start: the queue does not wait out a backoff that the old leader was owed. */
    private void passOn(PartitionQueue queue) {
        watch.forget(queue);
        queue.passOn(queue.target());
    }

    private void drain() {
        attention = Attention.NOTHING;
        drainScheduled.set(false);
        for (PartitionQueue queue = inbox.poll(); queue != null; queue = inbox.poll()) {
            place(queue);
        }
        uptake.onSettled(!sendAllDue());
        armLingerTimer();
        attention = attention();
    }

    /** Sends until nothing is due, or no request can go: then it returns whether there is nothing for one. */
    private boolean sendAllDue() {
        while (inFlight < options.inFlightMax()) {
            if (!isAnythingDue()) {
                return true;
            }
            ProducerIdentity identity = isConnected() ? identity() : null;
            if (identity == null) {
                return false;
            }
            RequestRoom taken = collect(identity);
            if (taken.attempts().isEmpty()) {
                return true;
            }
            send(taken, identity);
        }
        return !isFullBatchDue() && open.isEmpty();
    }

    /** The queue has content, perhaps: puts it where it will be found. */
    void place(PartitionQueue queue) {
        if (queue.owner() != this) {
            return;
        }
        Content content = queue.content();
        if (content == Content.FULL) {
            if (queue.place(this)) {
                full.addLast(queue);
            }
        } else if (content == Content.OPEN) {
            ProducerBatch batch = queue.openBatch();
            if (batch != null && batch.place(this)) {
                open.add(batch);
            }
        } else {
            watch.failCutOff(queue);
        }
        watch.watch(queue);
    }

    private boolean isAnythingDue() {
        return isFullBatchDue() || open.isAnyDue(loop.nanoTime(), inFlight == 0, urgency.isUrgent());
    }

    /** Whether a queue with a complete batch waits; those that no longer have one, or are gone, are dropped. */
    private boolean isFullBatchDue() {
        PartitionQueue first = full.peekFirst();
        while (first != null && (first.owner() != this || first.content() != Content.FULL)) {
            removeFirstFull();
            place(first);
            first = full.peekFirst();
        }
        return first != null;
    }

    private void removeFirstFull() {
        PartitionQueue first = full.removeFirst();
        if (first.owner() == this) {
            first.unplace();
        }
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

    /** Who sends; null if that has to be asked for first. */
    private @Nullable ProducerIdentity identity() {
        ProducerIdentity known = ids.identity();
        if (known == null && !isIdentifying) {
            isIdentifying = true;
            ids.whenKnown(failure -> Loops.run(loop, () -> onIdentified(failure)));
        }
        return known;
    }

    private void onIdentified(@Nullable KafkaException failure) {
        isIdentifying = false;
        if (failure != null) {
            onNotConnected(failure);
        }
        drain();
    }

    private void onConnected(@Nullable KafkaException failure) {
        isConnecting = false;
        if (failure != null) {
            onNotConnected(failure);
        }
        drain();
    }

    /** Nothing can be sent at the moment, or ever. */
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

    private RequestRoom collect(ProducerIdentity identity) {
        RequestRoom room = new RequestRoom(options.requestBytesMax(), batches, identity);
        long nowNanos = loop.nanoTime();
        boolean isUrgent = urgency.isUrgent();
        while (!full.isEmpty() && room.take(full.getFirst(), this)) {
            removeFirstFull();
        }
        open.takeDue(nowNanos, inFlight == 0, isUrgent, queue -> room.take(queue, this));
        return room;
    }

    private void send(RequestRoom taken, ProducerIdentity identity) {
        ProduceRequestEncoder request =
                new ProduceRequestEncoder(options, taken.acks(), identity, RequestRoom.byTopic(taken.attempts()));
        inFlight++;
        ids.onSend();
        silence.onSent();
        uptake.onTaken();
        broker.send(request, options.requestTimeout().toNanos(), new ProduceResponseHandler(request, results));
        for (PartitionQueue queue : taken.unfinished()) {
            queue.onWindowChanged();
            place(queue);
        }
    }

    /** The answer to a request came, or will never come; its batches have been dealt with. */
    void onRequestEnded() {
        inFlight--;
        silence.onEnded();
        drain();
    }

    /** An attempt of the partition has ended: what may go now goes, here or at another leader. */
    void onAnswered(PartitionQueue queue) {
        SendWindow window = queue.window();
        watch.mend(queue);
        if (window.inFlight() == 0 && queue.target() != this) {
            passOn(queue);
            return;
        }
        if (window.isRegrouped()) {
            pause(queue, window.takePause());
        }
        queue.onWindowChanged();
        place(queue);
    }

    private void pause(PartitionQueue queue, long pauseNanos) {
        if (pauseNanos > 0) {
            queue.backoffTimer(loop.schedule(() -> onPauseEnded(queue), pauseNanos));
        }
    }

    private void onPauseEnded(PartitionQueue queue) {
        queue.backoffTimer(null);
        queue.onWindowChanged();
        place(queue);
        drain();
    }

    private void armLingerTimer() {
        boolean isNeeded = !open.isEmpty() || (options.sendsWhenIdle() && inFlight > 0);
        if (lingerTimer != null || !isNeeded || isConnecting || inFlight >= options.inFlightMax()) {
            return;
        }
        long dueNanos = Math.min(options.lingerNanosMin(), open.nextDueNanos(loop.nanoTime()));
        // One that is due and still here could not be sent; the answer that makes room for it will be noticed anyway.
        if (dueNanos > 0) {
            lingerTimer = loop.schedule(this::onLingerTimer, dueNanos);
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
        boolean sendsAtOnce = urgency.isUrgent() || (options.sendsWhenIdle() && inFlight == 0);
        return lingerTimer != null && !sendsAtOnce ? Attention.OPEN_BATCHES : Attention.NOTHING;
    }
}
