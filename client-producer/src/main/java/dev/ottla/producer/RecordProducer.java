package dev.ottla.producer;

import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.producer.internal.FullBufferPolicy;
import dev.ottla.producer.internal.PartitionChooser;
import dev.ottla.producer.internal.Partitions;
import dev.ottla.producer.internal.ProducerFailures;
import dev.ottla.producer.internal.RecordEncoders;
import dev.ottla.producer.internal.SendPipeline;
import dev.ottla.producer.internal.SendingOptions;
import dev.ottla.producer.internal.txn.TransactionGate;
import dev.ottla.serialization.Serializer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one kind of producer: types, serializers, futures and callbacks on top of a {@link SendPipeline}. Steps 1 and 2. */
final class RecordProducer<K, V> implements Producer<K, V> {
    private final Cluster cluster;
    private final ProducerOptions options;
    private final Partitioner partitioner;
    private final Serializer<K> keySerializer;
    private final Serializer<V> valueSerializer;
    private final SendPipeline pipeline;
    private final BlockingCalls blocking;
    private final SendCallback forgotten;
    private final TopicSender.Shared shared;
    private final ConcurrentHashMap<String, TopicSender<K, V>> senders = new ConcurrentHashMap<>();

    /** A producer without transactions. */
    RecordProducer(ProducerSetup<K, V> setup) {
        this(setup, setup.options().bufferMemory().bytes(), null);
    }

    /** {@code gate} stands for the transactions that its records belong to; null if there are none. */
    RecordProducer(ProducerSetup<K, V> setup, long bufferBytes, @Nullable TransactionGate gate) {
        this.cluster = setup.cluster();
        this.blocking = new BlockingCalls(cluster.runtime());
        this.options = setup.options();
        this.partitioner = setup.partitioner();
        this.keySerializer = setup.keySerializer();
        this.valueSerializer = setup.valueSerializer();
        this.forgotten = setup.listeners().forgotten();
        this.pipeline = new SendPipeline(
                cluster,
                setup.sendingOptions(),
                bufferBytes,
                policy(setup.backpressure()),
                gate == null ? setup.listeners() : gate.watching(setup.listeners()),
                gate);
        RecordEncoders encoders = new RecordEncoders(options.maxRequestSize().toIntExact());
        this.shared = new TopicSender.Shared(pipeline, encoders, forgotten, this::sendAndAwait);
    }

    private static FullBufferPolicy policy(Backpressure backpressure) {
        if (backpressure instanceof Backpressure.Block block) {
            return new FullBufferPolicy.Block(SendingOptions.nanos(block.max()));
        } else if (backpressure instanceof Backpressure.Suspend suspend) {
            return new FullBufferPolicy.Suspend(suspend.recordsMax());
        }
        return new FullBufferPolicy.Fail();
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record) {
        try {
            return sender(record.topic()).send(record);
        } catch (RecordException e) {
            CompletableFuture<RecordMetadata> refused = new CompletableFuture<>();
            SendCallback ends = (metadata, error) -> refused.completeExceptionally(Objects.requireNonNull(error));
            pipeline.fail(ends, e);
            return refused;
        }
    }

    @Override
    public void send(ProducerRecord<K, V> record, SendCallback callback) {
        TopicSender<K, V> sender;
        try {
            sender = sender(record.topic());
        } catch (RecordException e) {
            pipeline.fail(Objects.requireNonNull(callback, "callback"), e);
            return;
        }
        sender.send(record, callback);
    }

    @Override
    public void sendAndForget(ProducerRecord<K, V> record) {
        send(record, forgotten);
    }

    @Override
    public TopicProducer<K, V> topic(String topic) {
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("topic must not be empty");
        }
        return sender(topic);
    }

    private TopicSender<K, V> sender(String topic) {
        TopicSender<K, V> known = senders.get(topic);
        return known != null ? known : senders.computeIfAbsent(topic, this::newSender);
    }

    private TopicSender<K, V> newSender(String topic) {
        if (pipeline.isClosing()) {
            throw ProducerFailures.closed();
        }
        try {
            Partitioner ofTopic = partitioner.forTopic(topic, cluster.runtime().newRandom());
            return new TopicSender<>(
                    topic,
                    keySerializer.forTopic(topic),
                    valueSerializer.forTopic(topic),
                    pipeline.topic(topic, new Chooser(ofTopic)),
                    ofTopic,
                    shared);
        } catch (RuntimeException e) {
            throw ProducerFailures.topicNotPrepared(topic, e);
        }
    }

    @Override
    public RecordMetadata sendSync(ProducerRecord<K, V> record) {
        return sendAndAwait(() -> send(record));
    }

    private RecordMetadata sendAndAwait(Supplier<CompletableFuture<RecordMetadata>> send) {
        blocking.refuseOnEventLoop("sendSync");
        return blocking.await(send.get(), "the record to be acknowledged");
    }

    @Override
    public CompletableFuture<List<SendResult<K, V>>> sendAll(Collection<ProducerRecord<K, V>> records) {
        SendAll<K, V> all = new SendAll<>(List.copyOf(records));
        all.sendWith(this);
        return all.results();
    }

    @Override
    public void flush() {
        blocking.refuseOnEventLoop("flush");
        blocking.await(pipeline.flush(), "a flush to end");
    }

    @Override
    public CompletableFuture<TopicPartitions> partitionsFor(String topic) {
        return pipeline.partitionsOf(topic).thenApply(KnownPartitions::new);
    }

    @Override
    public void close() {
        close(options.deliveryTimeout());
    }

    @Override
    public void close(Duration timeout) {
        blocking.close(
                pipeline::close,
                SendingOptions.nanos(timeout),
                "producer",
                cluster.options().clientId());
    }

    /** What its records go through. */
    SendPipeline pipeline() {
        return pipeline;
    }

    /** How much of the buffer is in use. */
    long usedBytes() {
        return pipeline.usedBytes();
    }

    /** Asks the user's partitioner; makes its view of the topic anew only when the topic has changed. */
    private static final class Chooser implements PartitionChooser {
        private final Partitioner partitioner;

        /** How it chooses, if the key alone decides. */
        private final Partitioners.@Nullable KeyHash hash;

        private volatile @Nullable KnownPartitions known;

        private Chooser(Partitioner partitioner) {
            this.partitioner = partitioner;
            this.hash = partitioner instanceof Partitioners.ByKey byKey ? byKey.hash() : null;
        }

        @Override
        public int choose(Object source, @Nullable ByteBuffer key, int valueBytes, Partitions partitions) {
            KnownPartitions view = known;
            if (view == null || view.partitions() != partitions) {
                view = new KnownPartitions(partitions);
                known = view;
            }
            return partitioner.partition((ProducerRecord<?, ?>) source, key, valueBytes, view);
        }

        @Override
        public int choose(byte @Nullable [] key, Partitions partitions) {
            return key == null || hash == null
                    ? Partitioner.ANY
                    : hash.partition(key, 0, key.length, partitions.count());
        }
    }
}
