package dev.ottla.consumer;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicNames;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.Commits;
import dev.ottla.consumer.internal.ConsumerEngine;
import dev.ottla.consumer.internal.ConsumerSetup;
import dev.ottla.consumer.internal.RebalanceCallbacks;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.LagLookup;
import dev.ottla.consumer.internal.offsets.OffsetLookup;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The consumer that applications poll: types and signatures around {@link ConsumerEngine}. Thread-safe. */
final class PollingConsumer<K, V> implements Consumer<K, V> {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final long EARLIEST = -2;
    private static final long LATEST = -1;

    private static final Logger LOG = LoggerFactory.getLogger(PollingConsumer.class);

    private final ConsumerEngine engine;
    private final PoisonRecords poison;
    private final Duration apiTimeout;
    private final TopicDeserializers<K> keyDeserializers;
    private final TopicDeserializers<V> valueDeserializers;

    /** Hears at once, on the home loop, which partitions were lost; must not block. */
    @FunctionalInterface
    interface LossListener {
        void onLosing(Set<TopicPartition> partitions);
    }

    /** Who hears what; but for losses on the polling thread. */
    record Listeners(RebalanceListener rebalances, @Nullable PartitionEndListener ends, LossListener losses) {}

    /** {@code setup} makes the setup out of the callbacks, which need this object. */
    PollingConsumer(
            Cluster cluster,
            Function<RebalanceCallbacks, ConsumerSetup> setup,
            Listeners listeners,
            TopicDeserializers<K> keyDeserializers,
            TopicDeserializers<V> valueDeserializers,
            PoisonRecords poison) {
        this.poison = poison;
        this.apiTimeout = cluster.options().defaultApiTimeout();
        this.keyDeserializers = keyDeserializers;
        this.valueDeserializers = valueDeserializers;
        this.engine = ConsumerEngine.create(cluster, setup.apply(new ToListener(listeners)));
    }

    /** Begins; called once, by the builder. */
    void start() {
        engine.start();
    }

    private final class ToListener implements RebalanceCallbacks {
        private final RebalanceListener listener;
        private final @Nullable PartitionEndListener endListener;
        private final LossListener lossListener;

        private ToListener(Listeners listeners) {
            this.listener = listeners.rebalances();
            this.endListener = listeners.ends();
            this.lossListener = listeners.losses();
        }

        @Override
        public boolean hearsOfEnds() {
            return endListener != null;
        }

        @Override
        public void onEndReached(TopicPartition partition, long offset) {
            if (endListener != null) {
                endListener.onPartitionEnd(PollingConsumer.this, partition, offset);
            }
        }

        @Override
        public void onAssigned(Set<TopicPartition> partitions) {
            listener.onAssigned(PollingConsumer.this, partitions);
        }

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {
            listener.onRevoking(PollingConsumer.this, partitions, remaining);
        }

        @Override
        public void onLosing(Set<TopicPartition> partitions) {
            lossListener.onLosing(partitions);
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            listener.onLost(PollingConsumer.this, partitions);
        }

        @Override
        public void onTopicRecreated(TopicPartition partition) {
            listener.onTopicRecreated(PollingConsumer.this, partition);
        }

        @Override
        public void onTruncated(TopicPartition partition, long position, long offset) {
            listener.onTruncated(PollingConsumer.this, new LogTruncation(partition, position, offset));
        }
    }

    @Override
    public Records<K, V> poll(Duration timeout) {
        RecordAssembler<K, V> assembler = new RecordAssembler<>(keyDeserializers, valueDeserializers, poison);
        try {
            Records<K, V> records = assembler.records(engine.poll(assembler, timeout));
            engine.onHandedOut(records::place);
            return records;
        } catch (RecordException e) {
            TopicPartition partition = e.topicPartition().orElse(null);
            if (!poison.pauses() || partition == null) {
                throw e;
            }
            pauseInFront(partition, e);
            return new Records<>(Map.of(), null);
        }
    }

    private void pauseInFront(TopicPartition partition, RecordException unreadable) {
        try {
            engine.setPaused(List.of(partition), true);
            LOG.warn("{} is paused in front of a record that can't be read: {}", partition, unreadable.getMessage());
        } catch (IllegalStateException lost) {
            LOG.debug("{} was lost before it could be paused", partition);
        }
    }

    @Override
    public ConsumerCursor<K, V> pollCursor(Duration timeout) {
        return new ConsumerCursor<>(engine.poll(timeout), keyDeserializers, valueDeserializers);
    }

    @Override
    public void wakeup() {
        engine.wakeup();
    }

    @Override
    public void subscribe(Collection<String> topics) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("no topics to subscribe to; to read none, close the consumer");
        }
        topics.forEach(TopicNames::requireLegal);
        engine.subscribe(new TreeSet<>(topics));
    }

    @Override
    public Set<TopicPartition> assignment() {
        return engine.assignment();
    }

    @Override
    public void commit() {
        engine.await(commitAsync(), apiTimeout, "The commit");
    }

    @Override
    public void commit(Records<K, V> records) {
        engine.await(commitAsync(records), apiTimeout, "The commit");
    }

    @Override
    public void commit(ConsumerRecord<K, V> record) {
        engine.await(commitAsync(record), apiTimeout, "The commit");
    }

    @Override
    public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        engine.await(commitAsync(offsets), apiTimeout, "The commit");
    }

    @Override
    public CompletableFuture<Void> commitAsync() {
        return engine.commits().consumed(apiTimeout);
    }

    @Override
    public CompletableFuture<Void> commitAsync(Records<K, V> records) {
        return engine.commits().offsets(records.identity(), records.nextOffsets(), apiTimeout);
    }

    @Override
    public CompletableFuture<Void> commitAsync(ConsumerRecord<K, V> record) {
        return engine.commits()
                .handedOut(
                        record.topicPartition(),
                        new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""),
                        apiTimeout);
    }

    @Override
    public CompletableFuture<Void> commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        return engine.commits().offsets(offsets, apiTimeout);
    }

    /** See {@link Commits#held}. */
    CompletableFuture<Void> commitHeld(Map<TopicPartition, HeldOffset> offsets, Duration timeout) {
        return engine.commits().held(offsets, timeout);
    }

    /** See {@link ConsumerEngine#holdBack}. */
    void holdBack(TopicPartition partition, boolean held) {
        engine.holdBack(partition, held);
    }

    /** See {@link ConsumerEngine#tenure}. */
    long tenure(TopicPartition partition) {
        return engine.tenure(partition);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions) {
        return engine.await(
                engine.commits().committed(partitions, apiTimeout), apiTimeout, "Reading committed offsets");
    }

    @Override
    public Optional<Long> position(TopicPartition partition) {
        return Optional.ofNullable(engine.position(partition)).map(FetchPosition::offset);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        seek(partition, new OffsetAndMetadata(offset));
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        engine.seek(
                partition,
                new FetchPosition(offset.offset(), offset.leaderEpoch().orElse(FetchPosition.UNKNOWN_EPOCH)));
    }

    @Override
    public void rewind(Records<K, V> records) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(records.partitions());
        for (TopicPartition partition : records.partitions()) {
            long first = records.records(partition).get(0).offset();
            try {
                seek(partition, committed.getOrDefault(partition, new OffsetAndMetadata(first)));
            } catch (IllegalStateException notAssigned) {
                // Whoever reads it now began at the committed offset.
            }
        }
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        engine.seek(partitions, StartingPoint.earliest());
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        engine.seek(partitions, StartingPoint.latest());
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        engine.setPaused(partitions, true);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        engine.setPaused(partitions, false);
    }

    @Override
    public Set<TopicPartition> paused() {
        return engine.paused();
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return endsOfLog(partitions, EARLIEST);
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return endsOfLog(partitions, LATEST);
    }

    private Map<TopicPartition, Long> endsOfLog(Collection<TopicPartition> partitions, long timestamp) {
        Map<TopicPartition, Long> timestamps = new TreeMap<>();
        partitions.forEach(partition -> timestamps.put(partition, timestamp));
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        lookUp(timestamps).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Instant> timestamps) {
        Map<TopicPartition, Long> millis = new TreeMap<>();
        timestamps.forEach((partition, timestamp) -> millis.put(partition, checked(timestamp)));
        Map<TopicPartition, OffsetAndTimestamp> offsets = new TreeMap<>();
        lookUp(millis).forEach((partition, found) -> {
            if (found.offset() >= 0) {
                OptionalInt leaderEpoch =
                        found.leaderEpoch() >= 0 ? OptionalInt.of(found.leaderEpoch()) : OptionalInt.empty();
                offsets.put(partition, new OffsetAndTimestamp(found.offset(), found.timestamp(), leaderEpoch));
            }
        });
        return offsets;
    }

    private static long checked(Instant timestamp) {
        long millis = timestamp.toEpochMilli();
        if (millis < 0) {
            throw new IllegalArgumentException("timestamp must not be before 1970, was " + timestamp);
        }
        return millis;
    }

    private Map<TopicPartition, OffsetLookup.Found> lookUp(Map<TopicPartition, Long> timestamps) {
        return engine.await(engine.offsets(timestamps, apiTimeout), apiTimeout, "Looking up offsets");
    }

    @Override
    public OptionalLong currentLag(TopicPartition partition) {
        return engine.lag(partition);
    }

    @Override
    public Map<TopicPartition, Lag> lag(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Lag> lags = new TreeMap<>();
        engine.await(engine.lags(partitions, apiTimeout), apiTimeout, "Measuring the lag")
                .forEach((partition, measured) -> lags.put(partition, lag(measured)));
        return lags;
    }

    private static Lag lag(LagLookup.Measured measured) {
        return new Lag(
                measured.offsets(),
                measured.millis().isPresent()
                        ? Optional.of(Duration.ofMillis(measured.millis().getAsLong()))
                        : Optional.empty());
    }

    @Override
    public Iterable<ConsumerRecord<K, V>> readToEnd() {
        ReadToEnd<K, V> reading = new ReadToEnd<>(this, endOffsets(assignment()), apiTimeout, engine.clock());
        return () -> reading;
    }

    @Override
    public boolean isClosed() {
        return engine.isClosed();
    }

    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    @Override
    public void close(Duration timeout) {
        engine.close(timeout);
        poison.close();
    }
}
