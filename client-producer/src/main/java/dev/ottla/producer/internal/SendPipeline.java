package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.MetadataListener;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One producer below its typed surface: joins the parts of steps 3 to 11 together, hears of metadata, flushes and closes. Any
 * thread, except what is marked with the home loop.
 *
 * <pre>
 * open ──close──► closing (sends are refused; what was accepted is sent) ──all ended, or time is up──► closed
 * </pre>
 */
@ThreadSafe
public final class SendPipeline {
    private final Cluster cluster;
    private final EventLoop homeLoop;
    private final SendingOptions options;
    private final MemoryBudget budget;
    private final BufferGate gate;
    private final FlushBarrier barrier = new FlushBarrier();
    private final TopicCompressors compressors;
    private final Batches batches;
    private final Urgency urgency;
    private final PartitionOwners owners;
    private final ConcurrentHashMap<String, TopicQueues> topics = new ConcurrentHashMap<>();
    private final Completer completer;
    private final AtomicBoolean isClosing = new AtomicBoolean();

    /** Set before the topics are closed, so that one which is added meanwhile is closed as well. */
    private volatile @Nullable KafkaException abortCause;

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final MetadataListener listener = new MetadataListener() {
        @Override
        public void onMetadata(Metadata previous, Metadata current) {
            topics.values().forEach(topic -> topic.onMetadata(current));
            owners.leaderless().onMetadata();
        }

        @Override
        public void onClosed(KafkaException cause) {
            isClosing.set(true);
            budget.close(cause);
            abort(cause);
        }
    };

    /**
     * Begins at once; nothing is sent before there is a record.
     *
     * @param transactions as whom to send what; null for a producer without transactions
     * @throws dev.ottla.errors.MissingCodecException if the library of the compression is not on the class path
     */
    public SendPipeline(
            Cluster cluster,
            SendingOptions options,
            long bufferBytes,
            FullBufferPolicy policy,
            Completer completer,
            @Nullable Identities transactions) {
        this.cluster = cluster;
        this.homeLoop = cluster.homeLoop();
        this.options = options;
        this.completer = completer;
        this.compressors = new TopicCompressors(options);
        this.budget = new MemoryBudget(
                bufferBytes,
                options.largestBatchBytes(),
                this::onMemoryPressure,
                transactions == null ? () -> null : transactions::cutOff);
        this.gate = new BufferGate(budget, policy, cluster.runtime(), options.deliveryTimeoutNanos());
        this.batches = new Batches(homeLoop, cluster.runtime().wallClock(), compressors, barrier, completer);
        this.urgency = new Urgency(budget::isUnderPressure);
        this.owners = new PartitionOwners(
                cluster,
                options,
                batches,
                urgency,
                budget,
                transactions == null ? new ProducerIds(cluster, options) : transactions);
        cluster.addMetadataListener(listener);
    }

    private void onMemoryPressure() {
        owners.wakeAll();
    }

    /** Where whoever is not on a broker's loop counts time. */
    public EventLoop homeLoop() {
        return homeLoop;
    }

    /** The options that it was made with. */
    public SendingOptions options() {
        return options;
    }

    /** The way of one topic's records; the chooser is used if the topic is new. */
    public TopicQueues topic(String topic, PartitionChooser chooser) {
        owners.ids().prepare();
        TopicQueues queues = topics.computeIfAbsent(
                topic, name -> new TopicQueues(name, chooser, batches, gate, budget, options.ofTopic(name), owners));
        KafkaException cause = abortCause;
        if (cause != null) {
            // It came too late to be closed with the others.
            Loops.run(homeLoop, () -> queues.close(cause));
        }
        return queues;
    }

    /** What is known of a topic, which need not have been sent to, after looking it up. */
    public CompletableFuture<Partitions> partitionsOf(String topic) {
        CompletableFuture<Partitions> found = new CompletableFuture<>();
        cluster.track(topic);
        cluster.topic(topic, options.topicTimeoutNanos()).whenComplete((metadata, failure) -> {
            cluster.untrack(topic);
            if (failure == null) {
                found.complete(new Partitions(metadata, cluster.metadata(), new PartitionQueue[0]));
            } else {
                found.completeExceptionally(ClusterFailures.of(failure));
            }
        });
        return found;
    }

    /** Fails a record that {@link TopicQueues#send} has not accepted, on the home loop. */
    public void fail(Object completion, KafkaException cause) {
        batches.failRecord(completion, cause);
    }

    /** Home loop: fails a record that is not waited for any more, at once. */
    public void failNow(Object completion, KafkaException cause) {
        batches.failRevoked(completion, cause);
    }

    /** Whether sends are refused. */
    public boolean isClosing() {
        return isClosing.get();
    }

    /** How many bytes of the buffer are in use. */
    public long usedBytes() {
        return budget.usedBytes();
    }

    /** Sends what waits, now; completes when everything that was accepted before has ended, however it ended. */
    public CompletableFuture<Void> flush() {
        urgency.onFlushBegins();
        CompletableFuture<Void> flushed = barrier.flush();
        owners.wakeAll();
        flushed.whenComplete((nothing, never) -> urgency.onFlushEnds());
        return flushed;
    }

    /** These partitions may be sent to from now on. Any thread. */
    public void offer(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            TopicQueues queues = topics.get(partition.topic());
            if (queues != null) {
                queues.offer(partition.partition());
            }
        }
    }

    /**
     * Fails everything that is not in flight with {@link Identities#cutOff}, and the threads that wait for room too;
     * {@link #flush} tells when the rest has ended. Each loop asks for the reason when it comes to it: by then what was cut off
     * may be over, and what it finds belong to the next transaction.
     */
    public void clear() {
        budget.onRefusal();
        topics.values().forEach(TopicQueues::onRefusal);
        Loops.run(homeLoop, () -> topics.values().forEach(TopicQueues::clear));
    }

    /**
     * Refuses further sends and flushes; completes when everything has ended. When the time is up, what has not ended fails.
     * Calling it again only adds another deadline.
     */
    public CompletableFuture<Void> close(long timeoutNanos) {
        if (isClosing.compareAndSet(false, true)) {
            budget.close(ProducerFailures.closed());
            topics.values().forEach(TopicQueues::onRefusal);
            flush().whenComplete((nothing, never) -> Loops.run(homeLoop, () -> abort(ProducerFailures.closing())));
        }
        Loops.run(homeLoop, () -> limitClose(timeoutNanos));
        return closed;
    }

    private void limitClose(long timeoutNanos) {
        if (closed.isDone()) {
            return;
        }
        if (timeoutNanos <= 0) {
            abort(ProducerFailures.closing());
            return;
        }
        EventLoop.Timer timer = homeLoop.schedule(() -> abort(ProducerFailures.closing()), timeoutNanos);
        closed.whenComplete((nothing, never) -> timer.cancel());
    }

    /** Home loop: fails what is left, and what is still accepted by a send that had begun before. */
    private void abort(KafkaException cause) {
        abortCause = cause;
        topics.values().forEach(topic -> topic.close(cause));
        barrier.flush().whenComplete((nothing, never) -> onEnded());
    }

    private void onEnded() {
        // Before whoever closes hears of it.
        completer.onAllEnded();
        if (closed.complete(null)) {
            compressors.close();
            cluster.removeMetadataListener(listener);
        }
    }
}
