package dev.ottla.producer;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.Compression;
import dev.ottla.config.KafkaConfig;
import dev.ottla.config.ProducerOptions;
import dev.ottla.config.StandardPartitioner;
import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterSource;
import dev.ottla.serialization.Serializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects the options of a {@link Producer}. Not thread-safe. What is set by a method wins over the same key of a
 * configuration, whatever the order of calls.
 *
 * @param <K> the type of the keys, as the key serializer has it
 * @param <V> the type of the values, as the value serializer has it
 */
public final class ProducerBuilder<K, V> {
    private static final String LINGER_KEY = "linger.ms";
    private static final String TRANSACTIONAL_ID_KEY = "transactional.id";

    private final KafkaClient kafka;
    private final ProducerOptions.Builder options = ProducerOptions.builder();
    private KafkaConfig config = KafkaConfig.empty();
    private @Nullable Serializer<?> keySerializer;
    private @Nullable Serializer<?> valueSerializer;
    private @Nullable Partitioner partitioner;
    private @Nullable Backpressure backpressure;
    private @Nullable FailureListener failureListener;
    private @Nullable BatchListener batchListener;
    private final Map<String, TopicOptions> topicOptions = new LinkedHashMap<>();
    private boolean isLingerSet;
    private int concurrentTransactions = 1;

    ProducerBuilder(KafkaClient kafka) {
        this.kafka = Objects.requireNonNull(kafka, "kafka");
    }

    /** Takes every key that concerns a producer from a configuration; the others are left to other clients. */
    public ProducerBuilder<K, V> config(KafkaConfig settings) {
        options.config(settings);
        config = config.overriddenBy(settings);
        return this;
    }

    /** As {@link #config(KafkaConfig)}, for {@code Properties} and maps with Kafka's own keys. */
    public ProducerBuilder<K, V> config(Map<?, ?> settings) {
        return config(KafkaConfig.of(settings));
    }

    /** {@code key.serializer}. Required, unless the configuration names one of Kafka's. */
    @SuppressWarnings("unchecked") // K is what the serializer says, and nothing of the old type is kept
    public <T> ProducerBuilder<T, V> keySerializer(Serializer<T> serializer) {
        keySerializer = Objects.requireNonNull(serializer, "serializer");
        return (ProducerBuilder<T, V>) this;
    }

    /** {@code value.serializer}. Required, unless the configuration names one of Kafka's. */
    @SuppressWarnings("unchecked") // V is what the serializer says, and nothing of the old type is kept
    public <T> ProducerBuilder<K, T> valueSerializer(Serializer<T> serializer) {
        valueSerializer = Objects.requireNonNull(serializer, "serializer");
        return (ProducerBuilder<K, T>) this;
    }

    /** {@code acks}: how many replicas must have a record before it counts. By default {@link Acks#ALL}. */
    public ProducerBuilder<K, V> acks(Acks acks) {
        options.acks(acks);
        return this;
    }

    /**
     * {@code enable.idempotence}: whether a retry can neither duplicate nor reorder records. By default true; {@code acks} other
     * than {@code all} or {@code retries=0} turn it off, or are refused if it was asked for here.
     */
    public ProducerBuilder<K, V> idempotence(boolean idempotence) {
        options.idempotence(idempotence);
        return this;
    }

    /**
     * {@code linger.ms}: how long a batch waits for more records. If it is not set, a batch does not wait while nothing is in
     * flight to its broker, and else for 5 ms.
     */
    public ProducerBuilder<K, V> linger(Duration linger) {
        options.linger(linger);
        isLingerSet = true;
        return this;
    }

    /**
     * {@code batch.size}: how large a batch grows. By default 16 KiB. Where batches are compressed they may hold up to four times
     * as much, by what the last ones of the topic were compressed to, but no more than {@code max.request.size} and a 16th of
     * {@code buffer.memory}, and only while half of the buffer is left.
     */
    public ProducerBuilder<K, V> batchSize(ByteSize batchSize) {
        options.batchSize(batchSize);
        return this;
    }

    /**
     * {@code ottla.max.batch.records}: with how many records a batch is complete and goes, whatever its size and the linger. At
     * least 1; by default without bound. Kafka's own clients have no such option.
     */
    public ProducerBuilder<K, V> maxBatchRecords(int maxBatchRecords) {
        options.maxBatchRecords(maxBatchRecords);
        return this;
    }

    /** {@code compression.type} and level. By default none. */
    public ProducerBuilder<K, V> compression(Compression compression) {
        options.compression(compression);
        return this;
    }

    /** Chooses the partitions of records that name none. By default {@link Partitioners#hash()}. */
    public ProducerBuilder<K, V> partitioner(Partitioner choice) {
        partitioner = Objects.requireNonNull(choice, "partitioner");
        return this;
    }

    /** {@code delivery.timeout.ms}: how long a record may take in all. At least linger plus request timeout; by default 2 minutes. */
    public ProducerBuilder<K, V> deliveryTimeout(Duration timeout) {
        options.deliveryTimeout(timeout);
        return this;
    }

    /** {@code buffer.memory}: the most memory for records that have not ended. By default 32 MiB. */
    public ProducerBuilder<K, V> bufferMemory(ByteSize bufferMemory) {
        options.bufferMemory(bufferMemory);
        return this;
    }

    /** {@code max.request.size}: the largest request, and so the largest record, uncompressed. By default 1 MiB. */
    public ProducerBuilder<K, V> maxRequestSize(ByteSize maxRequestSize) {
        options.maxRequestSize(maxRequestSize);
        return this;
    }

    /** {@code max.in.flight.requests.per.connection}: requests per broker without an answer. By default 5. */
    public ProducerBuilder<K, V> maxInFlight(int maxInFlight) {
        options.maxInFlight(maxInFlight);
        return this;
    }

    /** {@code retries}: how often a batch is sent again within the delivery timeout. By default without bound. */
    public ProducerBuilder<K, V> retries(int retries) {
        options.retries(retries);
        return this;
    }

    /** {@code max.block.ms}: how long a record may wait for its topic to be found, or a send for room. By default 60 s. */
    public ProducerBuilder<K, V> maxBlock(Duration maxBlock) {
        options.maxBlock(maxBlock);
        return this;
    }

    /**
     * {@code transactional.id}: the name under which {@link #buildTransactional} runs transactions. Every running producer needs
     * one of its own; one that is restarted keeps it.
     */
    public ProducerBuilder<K, V> transactionalId(String transactionalId) {
        options.transactionalId(transactionalId);
        return this;
    }

    /**
     * {@code transaction.timeout.ms}: after which the coordinator aborts a transaction that is still open. By default a minute;
     * at most the brokers' {@code transaction.max.timeout.ms}.
     */
    public ProducerBuilder<K, V> transactionTimeout(Duration timeout) {
        options.transactionTimeout(timeout);
        return this;
    }

    /**
     * How many transactions can be open at once. By default 1. With more, the first transactional id is that of the producer,
     * the others have {@code -1}, {@code -2} and so on appended, and each has an equal share of {@code buffer.memory}. A program
     * that is restarted with fewer takes over fewer ids: what its predecessor has open under the others ends by
     * {@code transaction.timeout.ms}.
     */
    public ProducerBuilder<K, V> concurrentTransactions(int countMax) {
        concurrentTransactions = countMax;
        return this;
    }

    /**
     * What is otherwise for the records of one topic. Called again for the same topic, it replaces what was said before.
     *
     * @param topic the name of the topic, not empty; it need not exist yet
     */
    public ProducerBuilder<K, V> topicOptions(String topic, TopicOptions own) {
        topicOptions.put(Objects.requireNonNull(topic, "topic"), Objects.requireNonNull(own, "options"));
        return this;
    }

    /** What a send does while the buffer is full. By default {@link Backpressure#block} with {@code max.block.ms}. */
    public ProducerBuilder<K, V> backpressure(Backpressure choice) {
        backpressure = Objects.requireNonNull(choice, "backpressure");
        return this;
    }

    /**
     * Hears of each record that was sent with {@link Producer#sendAndForget} and failed. By default the log says so: at once, and
     * then once a second at most, with the number of them.
     */
    public ProducerBuilder<K, V> failureListener(FailureListener listener) {
        failureListener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /** Hears how each batch ended. By default nobody does. */
    public ProducerBuilder<K, V> batchListener(BatchListener listener) {
        batchListener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * The producer. Sends nothing and does not block.
     *
     * @throws InvalidOptionsException naming everything that is wrong, if anything is
     * @throws dev.ottla.errors.KafkaException if the library of the compression is not on the class path; the message names it
     */
    public Producer<K, V> build() {
        List<InvalidOption> problems = new ArrayList<>();
        Optional<ProducerOptions> checked = checkedOptions(problems);
        if (checked.flatMap(ProducerOptions::transactionalId).isPresent()) {
            problems.add(new InvalidOption(TRANSACTIONAL_ID_KEY, "is for a producer made by buildTransactional()"));
        }
        return new RecordProducer<>(setup(checked, problems));
    }

    /**
     * A producer whose records are sent in transactions. Sends nothing and does not block.
     *
     * @throws InvalidOptionsException naming everything that is wrong, if anything is
     * @throws dev.ottla.errors.KafkaException if the library of the compression is not on the class path; the message names it
     */
    public TransactionalProducer<K, V> buildTransactional() {
        List<InvalidOption> problems = new ArrayList<>();
        Optional<ProducerOptions> checked = checkedOptions(problems);
        if (checked.isPresent() && checked.get().transactionalId().isEmpty()) {
            problems.add(new InvalidOption(TRANSACTIONAL_ID_KEY, "is missing; transactions need a name"));
        }
        if (concurrentTransactions < 1) {
            problems.add(
                    new InvalidOption("concurrentTransactions", "must be at least 1, was " + concurrentTransactions));
        } else if (checked.isPresent() && isShareTooSmall(checked.get())) {
            problems.add(new InvalidOption(
                    "buffer.memory",
                    checked.get().bufferMemory() + " is less than one batch for each of " + concurrentTransactions
                            + " transactions"));
        }
        return new PooledTransactionalProducer<>(setup(checked, problems), concurrentTransactions);
    }

    private boolean isShareTooSmall(ProducerOptions checked) {
        long largestBatch = topicOptions.values().stream()
                .flatMap(own -> own.batchSize().stream())
                .mapToLong(ByteSize::bytes)
                .reduce(checked.batchSize().bytes(), Math::max);
        return checked.bufferMemory().bytes() / concurrentTransactions < largestBatch;
    }

    @SuppressWarnings(
            "unchecked") // the serializers have the types of this builder, or those that the caller of builder() named
    private ProducerSetup<K, V> setup(Optional<ProducerOptions> checked, List<InvalidOption> problems) {
        Serializer<?> keys =
                serializer("key.serializer", keySerializer, checked.flatMap(ProducerOptions::keySerializer), problems);
        Serializer<?> values = serializer(
                "value.serializer", valueSerializer, checked.flatMap(ProducerOptions::valueSerializer), problems);
        if (!problems.isEmpty() || checked.isEmpty() || keys == null || values == null) {
            throw new InvalidOptionsException(problems);
        }
        boolean sendsWhenIdle = !isLingerSet && config.value(LINGER_KEY).isEmpty();
        String clientId = kafka.options().clientId();
        Cluster cluster = ClusterSource.of(kafka);
        FailureListener ofForgotten =
                failureListener == null ? SendListeners.logged(clientId, cluster.homeLoop()) : failureListener;
        return new ProducerSetup<>(
                cluster,
                checked.get(),
                Map.copyOf(topicOptions),
                sendsWhenIdle,
                backpressure == null ? Backpressure.block(checked.get().maxBlock()) : backpressure,
                partitioner == null ? configuredPartitioner(checked.get()) : partitioner,
                (Serializer<K>) keys,
                (Serializer<V>) values,
                new SendListeners(clientId, ofForgotten, batchListener));
    }

    private Optional<ProducerOptions> checkedOptions(List<InvalidOption> problems) {
        TopicOptionRules rules = new TopicOptionRules(topicOptions, problems);
        rules.checkAlone();
        try {
            ProducerOptions checked = options.build(kafka.options());
            rules.checkWith(checked, kafka.options());
            return Optional.of(checked);
        } catch (InvalidOptionsException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    private @Nullable Serializer<?> serializer(
            String key, @Nullable Serializer<?> set, Optional<Serializer<?>> configured, List<InvalidOption> problems) {
        if (set == null && configured.isEmpty() && config.value(key).isEmpty()) {
            problems.add(new InvalidOption(key, "is missing; give one to the builder, such as Serializers.utf8()"));
        }
        return set != null ? set : configured.orElse(null);
    }

    private static Partitioner configuredPartitioner(ProducerOptions options) {
        if (options.partitioner().orElse(null) == StandardPartitioner.ROUND_ROBIN) {
            return Partitioners.roundRobin();
        }
        return options.partitionerIgnoreKeys() ? Partitioners.sticky() : Partitioners.hash();
    }
}
