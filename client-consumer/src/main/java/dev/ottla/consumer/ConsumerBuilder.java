package dev.ottla.consumer;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.config.IsolationLevel;
import dev.ottla.config.KafkaConfig;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.ConsumerSetup;
import dev.ottla.consumer.internal.TopicSelection;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterSource;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.serialization.Deserializer;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link Consumer} needs: either {@link #group} and {@link #topics}, or {@link #assign}, and deserializers.
 * Not thread-safe. A typed option wins over the same key of a configuration, whatever the order of calls.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class ConsumerBuilder<K, V> {
    private final KafkaClient kafka;
    private final ConsumerOptions.Builder options = ConsumerOptions.builder();
    private final Set<String> topics = new TreeSet<>();
    private final Set<TopicPartition> partitions = new TreeSet<>();
    private @Nullable Pattern pattern;
    private @Nullable SubscriptionPattern brokerPattern;
    private @Nullable StartAt startAt;
    private List<PartitionAssignor> assignors = List.of();
    private RebalanceListener listener = RebalanceListener.NONE;
    private @Nullable PartitionEndListener endListener;
    private Duration stuckAfter = Duration.ofMinutes(1);
    private PoisonPolicy poisonPolicy = PoisonPolicy.fail();
    private @Nullable Deserializer<?> keyDeserializer;
    private @Nullable Deserializer<?> valueDeserializer;

    ConsumerBuilder(
            KafkaClient kafka, @Nullable Deserializer<K> keyDeserializer, @Nullable Deserializer<V> valueDeserializer) {
        this.kafka = kafka;
        this.keyDeserializer = keyDeserializer;
        this.valueDeserializer = valueDeserializer;
    }

    /** Takes every key that concerns a consumer; those of the connection were the {@code KafkaClient}'s to take. */
    public ConsumerBuilder<K, V> config(KafkaConfig config) {
        options.config(config);
        return this;
    }

    /** As {@link #config(KafkaConfig)}, for the entries of a map or of {@link java.util.Properties}. */
    public ConsumerBuilder<K, V> config(Map<?, ?> settings) {
        return config(KafkaConfig.of(settings));
    }

    /** What keys are made with; by default they stay bytes. */
    @SuppressWarnings("unchecked") // the builder holds no key: the type says what it will build
    public <T> ConsumerBuilder<T, V> keyDeserializer(Deserializer<T> deserializer) {
        keyDeserializer = deserializer;
        return (ConsumerBuilder<T, V>) this;
    }

    /** What values are made with; by default they stay bytes. */
    @SuppressWarnings("unchecked") // the builder holds no value: the type says what it will build
    public <T> ConsumerBuilder<K, T> valueDeserializer(Deserializer<T> deserializer) {
        valueDeserializer = deserializer;
        return (ConsumerBuilder<K, T>) this;
    }

    /** {@code group.id}: the group that shares the partitions of the topics, or that commits for assigned partitions. */
    public ConsumerBuilder<K, V> group(String groupId) {
        options.groupId(groupId);
        return this;
    }

    /** Subscribes to topics as a member of the group; adds to those given before. They need not exist yet. */
    public ConsumerBuilder<K, V> topics(String... names) {
        return topics(Arrays.asList(names));
    }

    /** As {@link #topics(String...)}. */
    public ConsumerBuilder<K, V> topics(Collection<String> names) {
        topics.addAll(names);
        return this;
    }

    /**
     * Subscribes, as a member of the group, to every topic whose whole name matches; also to those that are created later. All
     * topics of the cluster are looked at when the consumer joins the group, and again after every refresh of the metadata:
     * {@code metadata.max.age.ms} at the latest. Kafka's internal topics are left out, unless
     * {@code exclude.internal.topics} is false. For both group protocols.
     */
    public ConsumerBuilder<K, V> topics(Pattern matching) {
        pattern = matching;
        return this;
    }

    /**
     * Subscribes, as a member of the group, to the topics that brokers find to match; also to those that are created later.
     * Needs {@code group.protocol=consumer} and brokers from Kafka 4.0 on. If a broker can't read the pattern, polls fail with
     * a {@link dev.ottla.errors.BrokerException} of code {@code INVALID_REGULAR_EXPRESSION}.
     */
    public ConsumerBuilder<K, V> topics(SubscriptionPattern matching) {
        brokerPattern = matching;
        return this;
    }

    /** Reads these partitions whoever else does, instead of subscribing; adds to those given before. */
    public ConsumerBuilder<K, V> assign(TopicPartition... fixed) {
        return assign(Arrays.asList(fixed));
    }

    /** As {@link #assign(TopicPartition...)}. */
    public ConsumerBuilder<K, V> assign(Collection<TopicPartition> fixed) {
        partitions.addAll(fixed);
        return this;
    }

    /** Where to begin in partitions for which nothing is committed; by default as {@code auto.offset.reset} says. */
    public ConsumerBuilder<K, V> startAt(StartAt start) {
        startAt = start;
        return this;
    }

    /** How partitions are divided if this consumer leads the group, instead of {@code partition.assignment.strategy}. */
    public ConsumerBuilder<K, V> assignors(PartitionAssignor... inOrderOfPreference) {
        assignors = List.of(inOrderOfPreference);
        return this;
    }

    /** Hears how partitions come and go. */
    public ConsumerBuilder<K, V> rebalanceListener(RebalanceListener rebalanceListener) {
        listener = rebalanceListener;
        return this;
    }

    /** Hears whenever a partition has been read to its end. By default nobody does. */
    public ConsumerBuilder<K, V> onPartitionEnd(PartitionEndListener listener) {
        endListener = listener;
        return this;
    }

    /** What a poll does with a record that can't be deserialized. By default it fails. */
    public ConsumerBuilder<K, V> onPoison(PoisonPolicy policy) {
        poisonPolicy = policy;
        return this;
    }

    /** {@code group.instance.id}: a name that outlives a restart, for static membership (KIP-345). By default none. */
    public ConsumerBuilder<K, V> groupInstanceId(String groupInstanceId) {
        options.groupInstanceId(groupInstanceId);
        return this;
    }

    /** {@code group.protocol}: who divides the partitions, the members or the broker (KIP-848). By default the members. */
    public ConsumerBuilder<K, V> groupProtocol(GroupProtocol groupProtocol) {
        options.groupProtocol(groupProtocol);
        return this;
    }

    /** {@code group.remote.assignor}: the broker's assignor, {@code uniform} or {@code range}. By default the broker chooses. */
    public ConsumerBuilder<K, V> groupRemoteAssignor(String groupRemoteAssignor) {
        options.groupRemoteAssignor(groupRemoteAssignor);
        return this;
    }

    /** {@code session.timeout.ms}: without heartbeats for this long a member is removed. By default 45 s. */
    public ConsumerBuilder<K, V> sessionTimeout(Duration sessionTimeout) {
        options.sessionTimeout(sessionTimeout);
        return this;
    }

    /** {@code heartbeat.interval.ms}: how often a member tells that it lives. By default 3 s. */
    public ConsumerBuilder<K, V> heartbeatInterval(Duration heartbeatInterval) {
        options.heartbeatInterval(heartbeatInterval);
        return this;
    }

    /** {@code max.poll.interval.ms}: how long the application may take between two polls. By default 5 minutes. */
    public ConsumerBuilder<K, V> maxPollInterval(Duration maxPollInterval) {
        options.maxPollInterval(maxPollInterval);
        return this;
    }

    /**
     * How long the application may be at what a poll returned before a warning names the record that it took last, by topic,
     * partition, offset and age. By default one minute. The record is exact for those who use the iterator of
     * {@link Records} or the cursor; otherwise it is the first of that poll. Handlers have a setting of their own
     * ({@link ProcessorBuilder#stuckAfter}).
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ConsumerBuilder<K, V> stuckAfter(Duration longest) {
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("stuckAfter must be positive, was " + longest);
        }
        stuckAfter = longest;
        return this;
    }

    /** {@code max.poll.records}: the most records that one poll returns. By default 500. */
    public ConsumerBuilder<K, V> maxPollRecords(int maxPollRecords) {
        options.maxPollRecords(maxPollRecords);
        return this;
    }

    /**
     * {@code auto.offset.reset}: where to begin without a committed offset, and where to go on if an offset is gone. By default
     * latest.
     */
    public ConsumerBuilder<K, V> autoOffsetReset(AutoOffsetReset autoOffsetReset) {
        options.autoOffsetReset(autoOffsetReset);
        return this;
    }

    /**
     * {@code enable.auto.commit}: whether what earlier polls returned is committed in the background. By default true; without
     * a group it has no effect.
     */
    public ConsumerBuilder<K, V> enableAutoCommit(boolean enableAutoCommit) {
        options.enableAutoCommit(enableAutoCommit);
        return this;
    }

    /** {@code auto.commit.interval.ms}: how often the background commits. By default 5 s. */
    public ConsumerBuilder<K, V> autoCommitInterval(Duration autoCommitInterval) {
        options.autoCommitInterval(autoCommitInterval);
        return this;
    }

    /** {@code isolation.level}: whether records of open and aborted transactions are returned. By default they are. */
    public ConsumerBuilder<K, V> isolationLevel(IsolationLevel isolationLevel) {
        options.isolationLevel(isolationLevel);
        return this;
    }

    /**
     * {@code ottla.consumer.memory.bytes}: the most memory for what was fetched from all brokers and is not read yet, and for
     * decompressing it. At least 4 MiB, by default 256 MiB. A slow application makes brokers wait rather than memory grow. What
     * polls have returned is the application's, and not counted.
     */
    public ConsumerBuilder<K, V> memory(ByteSize memory) {
        options.memory(memory);
        return this;
    }

    /** {@code exclude.internal.topics}: whether {@link #topics(Pattern)} leaves Kafka's internal topics out. By default true. */
    public ConsumerBuilder<K, V> excludeInternalTopics(boolean excludeInternalTopics) {
        options.excludeInternalTopics(excludeInternalTopics);
        return this;
    }

    /**
     * {@code allow.auto.create.topics}: whether brokers may create a topic because it is subscribed to or assigned, if they create
     * topics at all. One that matches a pattern, or is only looked at, is never created. By default true.
     */
    public ConsumerBuilder<K, V> allowAutoCreateTopics(boolean allowAutoCreateTopics) {
        options.allowAutoCreateTopics(allowAutoCreateTopics);
        return this;
    }

    /** {@code fetch.min.bytes}: a broker waits until it has this much. By default 1 byte. */
    public ConsumerBuilder<K, V> fetchMinBytes(ByteSize fetchMinBytes) {
        options.fetchMinBytes(fetchMinBytes);
        return this;
    }

    /**
     * {@code fetch.max.bytes}: the most that one fetch brings, but one batch at least; less if {@link #memory} is small. By
     * default 50 MiB.
     */
    public ConsumerBuilder<K, V> fetchMaxBytes(ByteSize fetchMaxBytes) {
        options.fetchMaxBytes(fetchMaxBytes);
        return this;
    }

    /** {@code fetch.max.wait.ms}: how long a broker waits for {@link #fetchMinBytes}. By default 500 ms. */
    public ConsumerBuilder<K, V> fetchMaxWait(Duration fetchMaxWait) {
        options.fetchMaxWait(fetchMaxWait);
        return this;
    }

    /**
     * {@code max.partition.fetch.bytes}: the most that one fetch brings of one partition, but one batch at least. By default 1
     * MiB.
     */
    public ConsumerBuilder<K, V> maxPartitionFetchBytes(ByteSize maxPartitionFetchBytes) {
        options.maxPartitionFetchBytes(maxPartitionFetchBytes);
        return this;
    }

    /** {@code check.crcs}: whether the checksum of every batch is checked. By default true. */
    public ConsumerBuilder<K, V> checkCrcs(boolean checkCrcs) {
        options.checkCrcs(checkCrcs);
        return this;
    }

    /**
     * {@code ottla.max.decompressed.batch.bytes}: the most that one batch may hold decompressed; not more than a third of
     * {@link #memory}. By default 128 MiB.
     */
    public ConsumerBuilder<K, V> maxDecompressedBatchBytes(ByteSize maxDecompressedBatchBytes) {
        options.maxDecompressedBatchBytes(maxDecompressedBatchBytes);
        return this;
    }

    /**
     * Goes on to the handler style: the library polls and commits, and calls a handler for each record. The options for
     * automatic commits give the interval of commits; {@code max.poll.records} has no effect.
     */
    public ProcessorBuilder<K, V> processor() {
        return new ProcessorBuilder<>(this);
    }

    /**
     * Goes on to fetching records one by one and acknowledging each, in any order; the library polls and commits. As for
     * {@link #processor}, the options for automatic commits give the interval, and {@code max.poll.records} has no effect.
     */
    public AcknowledgingBuilder<K, V> acknowledging() {
        return new AcknowledgingBuilder<>(this);
    }

    /**
     * A consumer that is ready to be polled. Does not block; nothing is sent if anything is wrong.
     *
     * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong with what was collected
     */
    public Consumer<K, V> build() {
        Checked<K, V> checked = check();
        PollingConsumer<K, V> consumer = consumer(
                checked,
                new PollingConsumer.Listeners(listener, endListener, losing -> {}),
                checked.keys(),
                checked.values());
        consumer.start();
        return consumer;
    }

    /** What was collected and found right. */
    private record Checked<K, V>(
            Cluster cluster,
            ConsumerOptions options,
            List<PartitionAssignor> assignors,
            TopicDeserializers<K> keys,
            TopicDeserializers<V> values) {}

    private Checked<K, V> check() {
        Cluster cluster = ClusterSource.of(kafka);
        ConsumerChecks checks = new ConsumerChecks(cluster.options());
        checks.topics(topics, (pattern == null ? 0 : 1) + (brokerPattern == null ? 0 : 1), partitions);
        ConsumerOptions checked = checks.options(options);
        if (checked == null) {
            throw checks.failure();
        }
        checks.group(checked, selection());
        List<PartitionAssignor> chosen = checks.assignors(checked, assignors);
        TopicDeserializers<K> keys =
                checks.deserializer("key.deserializer", keyDeserializer, checked.keyDeserializer());
        TopicDeserializers<V> values =
                checks.deserializer("value.deserializer", valueDeserializer, checked.valueDeserializer());
        if (checks.foundAny()) {
            throw checks.failure();
        }
        return new Checked<>(cluster, checked, chosen, keys, values);
    }

    private TopicSelection selection() {
        if (pattern != null) {
            return new TopicSelection.Matching(pattern);
        }
        return brokerPattern == null
                ? new TopicSelection.Named(topics)
                : new TopicSelection.MatchingAtBroker(brokerPattern.pattern());
    }

    private <A, B> PollingConsumer<A, B> consumer(
            Checked<?, ?> checked,
            PollingConsumer.Listeners listeners,
            TopicDeserializers<A> keys,
            TopicDeserializers<B> values) {
        return new PollingConsumer<>(
                checked.cluster(),
                callbacks -> new ConsumerSetup(
                        checked.options(),
                        selection(),
                        Copies.of(partitions),
                        StartingPoints.of(startAt, checked.options().autoOffsetReset()),
                        checked.assignors(),
                        stuckAfter,
                        callbacks),
                listeners,
                keys,
                values,
                new PoisonRecords(
                        checked.cluster(),
                        poisonPolicy,
                        checked.options().groupId().orElse("")));
    }

    /** What the library polls itself for, ready to begin. */
    Reading<K, V> reading(WorkSettings settings) {
        options.enableAutoCommit(false).maxPollRecords(WorkOptions.recordsPerPoll(settings.openRecordsMax()));
        Checked<K, V> checked = check();
        Cluster cluster = checked.cluster();
        WorkOptions work = settings.toOptions(
                checked.options().autoCommitInterval(),
                cluster.options().defaultApiTimeout(),
                checked.options().groupId().isPresent());
        Intake intake = new Intake(work, listener, cluster.runtime());
        TopicDeserializers<byte[]> raw = new TopicDeserializers<>(Deserializers.bytes());
        return new Reading<>(
                cluster,
                intake,
                consumer(checked, new PollingConsumer.Listeners(intake, endListener, intake::onLosing), raw, raw),
                new RecordDecoder<>(checked.keys(), checked.values()),
                checked.options().groupId().orElse(""));
    }
}
