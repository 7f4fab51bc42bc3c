package dev.ottla.consumer;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.common.TransactionInput;
import dev.ottla.config.KafkaConfig;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Reads records, alone or as a member of a group.
 *
 * <pre>{@code
 * try (Consumer<String, String> consumer = Consumer.builder(kafka)
 *         .group("billing").topics("orders")
 *         .keyDeserializer(Deserializers.utf8()).valueDeserializer(Deserializers.utf8())
 *         .build()) {
 *     while (running) {
 *         for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
 *             charge(record);
 *         }
 *         consumer.commit();
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe: every method may be called by any thread at any time. Two polls at once take turns; each record is
 * returned once. But a poll says that what earlier ones returned is processed, whichever thread that was: if several threads poll,
 * set {@code enable.auto.commit} to false and commit what each is done with, or use {@link ConsumerBuilder#processor}.
 * Heartbeats and fetching go on in the background, whatever the application's threads do. Futures complete on an event loop of
 * the client, which must not be blocked: continue them on an executor ({@code thenAcceptAsync}) for anything that takes time.
 *
 * <p>What is promised of each partition: offsets strictly grow; every visible record is returned, none from before a
 * {@code seek} that has returned; a position is reset only if nothing is committed, or the partition's leader says that the
 * offset does not exist.
 *
 * <p>Methods throw {@link dev.ottla.errors.ClosedException} once the consumer is closed, and {@link IllegalStateException}
 * for a partition that is not assigned. Interrupts are honoured: a blocked call throws a
 * {@link dev.ottla.errors.RetriableException} and leaves the interrupt flag set.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public interface Consumer<K, V> extends AutoCloseable, TransactionInput<Records<K, V>> {

    /** Collects what a consumer needs. Keys and values are byte arrays until deserializers are given. */
    static ConsumerBuilder<byte[], byte[]> builder(KafkaClient kafka) {
        return new ConsumerBuilder<>(kafka, Deserializers.bytes(), Deserializers.bytes());
    }

    /**
     * As {@link #builder(KafkaClient)}, with a configuration that may name the deserializers ({@code key.deserializer},
     * {@code value.deserializer}); the caller vouches that they make what {@code K} and {@code V} say.
     */
    static <K, V> ConsumerBuilder<K, V> builder(KafkaClient kafka, KafkaConfig config) {
        return new ConsumerBuilder<K, V>(kafka, null, null).config(config);
    }

    /**
     * Returns records as soon as there are any, at most {@code max.poll.records}; none if the timeout passes or
     * {@link #wakeup()} is called. Joins the group if this consumer is not in it. Callbacks of the
     * {@link RebalanceListener} run within, and may take longer than the timeout.
     *
     * <p>Calling again says that all records of earlier polls are processed: with {@code enable.auto.commit} they are
     * committed in the background, and a rebalance may go on. So poll at least every {@code max.poll.interval.ms} (by default
     * 5 minutes); otherwise this consumer leaves its group, and joins again at the next poll.
     *
     * @param timeout how long to wait; zero returns what is there
     * @throws dev.ottla.errors.CorruptRecordException if the next batch of a partition can't be read; other partitions go on,
     *     and this one after a {@code seek}, or when it comes whole: it is fetched again after {@code retry.backoff.max.ms}
     * @throws dev.ottla.errors.LogTruncatedException if records that were returned are gone from the log and
     *     {@code auto.offset.reset} is none; otherwise {@link RebalanceListener#onTruncated} hears of it
     * @throws dev.ottla.errors.RecordException if a deserializer fails; as before, the position stays at the record, which
     *     the error names
     * @throws dev.ottla.errors.BrokerException if there is no offset to begin at and {@code auto.offset.reset} is none, or the
     *     group refuses this consumer
     * @throws dev.ottla.errors.AuthorizationException if a topic or the group may not be read
     * @throws dev.ottla.errors.ApplicationRecoverableException if another member took over this one's
     *     {@code group.instance.id}; close this consumer
     * @throws IllegalStateException if called within a poll of the same consumer, by a {@link RebalanceListener} or a
     *     deserializer
     */
    @Override
    Records<K, V> poll(Duration timeout);

    /**
     * As {@link #poll}, to look at the records where they lie instead of making objects of them; several times as fast, and
     * nothing is allocated per record. The cursor must be closed before this thread polls again. Deserializers run when they
     * are asked for, so it is not this call that fails with a {@link dev.ottla.errors.RecordException}.
     *
     * @param timeout how long to wait; zero returns what is there
     * @return a cursor before the first record, without records if there are none in time
     * @throws IllegalStateException if this thread has not closed its last cursor
     */
    ConsumerCursor<K, V> pollCursor(Duration timeout);

    /** Makes the poll that is waiting, or else the next one, return at once. Does not block. */
    void wakeup();

    /**
     * Subscribes to these topics in place of those so far. Does not block: the group rebalances, of which
     * {@link RebalanceListener} tells; until then what was assigned is read on.
     *
     * @throws IllegalArgumentException if there are none, or one can't be the name of a topic
     * @throws IllegalStateException if partitions were assigned, or topics given by a pattern
     */
    void subscribe(Collection<String> topics);

    /** The partitions that are read now; for a member of a group what it was assigned. A copy. */
    Set<TopicPartition> assignment();

    /**
     * Commits the positions after all records that polls have returned. Blocks until the coordinator has stored them, at
     * most {@code default.api.timeout.ms}; later than all commits that were asked for before.
     *
     * @throws dev.ottla.errors.BrokerException if nothing was committed, because the group has moved on and the partitions
     *     may be another member's (code {@code ILLEGAL_GENERATION}, {@code UNKNOWN_MEMBER_ID} or
     *     {@code REBALANCE_IN_PROGRESS}); go on polling
     * @throws dev.ottla.errors.RetriableException if it did not end in time; see its outcome
     * @throws IllegalStateException if there is no group
     */
    void commit();

    /**
     * As {@link #commit()}, for the records of one poll. Fails, with code {@code ILLEGAL_GENERATION}, if one of their partitions
     * was taken away since that poll, even if it came back, or if its topic was deleted and created again.
     */
    void commit(Records<K, V> records);

    /**
     * As {@link #commit()}, for all records of the partition up to this one, and this one. Fails, with code
     * {@code ILLEGAL_GENERATION}, if the partition is not this consumer's any more, or was not meanwhile and the record has not
     * been read again since, or if the record was read before the topic was deleted and created again: the committed offset
     * neither goes back nor passes what is still to be read.
     */
    void commit(ConsumerRecord<K, V> record);

    /** As {@link #commit()}, for these offsets: of each partition that of the next record to read. */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets);

    /** As {@link #commit()}, without blocking. Commits are applied in the order of the calls. */
    CompletableFuture<Void> commitAsync();

    /** As {@link #commit(Records)}, without blocking. */
    CompletableFuture<Void> commitAsync(Records<K, V> records);

    /** As {@link #commit(ConsumerRecord)}, without blocking. */
    CompletableFuture<Void> commitAsync(ConsumerRecord<K, V> record);

    /** As {@link #commit(Map)}, without blocking. */
    CompletableFuture<Void> commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets);

    /**
     * What the group has committed for these partitions; those without are left out. Blocks for at most
     * {@code default.api.timeout.ms}.
     *
     * @throws dev.ottla.errors.RetriableException if the coordinator did not answer in time
     */
    Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions);

    /**
     * The offset of the next record that poll will return; empty while it is looked up. Does not block.
     *
     * @throws IllegalStateException if the partition is not assigned to this consumer, or not any more
     */
    Optional<Long> position(TopicPartition partition);

    /**
     * Goes on at this offset. Nothing from elsewhere is returned by a poll that begins after this call. Does not block.
     *
     * @throws IllegalArgumentException if the offset is negative
     * @throws IllegalStateException if the partition is not assigned to this consumer, or not any more
     */
    void seek(TopicPartition partition, long offset);

    /** As {@link #seek(TopicPartition, long)}, with the leader epoch of a committed offset. */
    void seek(TopicPartition partition, OffsetAndMetadata offset);

    /**
     * Goes back after a transaction that was to commit these records was aborted: each of their partitions that is still
     * assigned goes on at what the group has committed, or, if that is nothing, at the first of these records. Blocks for at most
     * {@code default.api.timeout.ms}, also for an open transaction that is to commit offsets of these partitions to end.
     *
     * @throws dev.ottla.errors.RetriableException if the coordinator did not answer in time; nothing has changed
     */
    @Override
    void rewind(Records<K, V> records);

    /**
     * Goes on at the first record that the log has. The offset is looked up in the background.
     *
     * @throws IllegalStateException if a partition is not assigned to this consumer, or not any more
     */
    void seekToBeginning(Collection<TopicPartition> partitions);

    /**
     * Goes on after the last record. The offset is looked up in the background.
     *
     * @throws IllegalStateException if a partition is not assigned to this consumer, or not any more
     */
    void seekToEnd(Collection<TopicPartition> partitions);

    /**
     * Returns no records of these partitions until they are resumed, or assigned anew. Does not block. In the styles in which the
     * library polls, it holds partitions back by itself as well; the one does not end the other.
     *
     * @throws IllegalStateException if a partition is not assigned to this consumer, or not any more
     */
    void pause(Collection<TopicPartition> partitions);

    /**
     * Ends {@link #pause}. Does not block.
     *
     * @throws IllegalStateException if a partition is not assigned to this consumer, or not any more
     */
    void resume(Collection<TopicPartition> partitions);

    /** The partitions that are paused. A copy. */
    Set<TopicPartition> paused();

    /**
     * The first offset that each log has. Blocks for at most {@code default.api.timeout.ms}.
     *
     * @throws dev.ottla.errors.RetriableException if a leader did not answer in time
     */
    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions);

    /**
     * The offset after the last record that may be read: the high watermark, or reading committed the last stable offset.
     * Blocks for at most {@code default.api.timeout.ms}.
     *
     * @throws dev.ottla.errors.RetriableException if a leader did not answer in time
     */
    Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions);

    /**
     * The first record of each partition that is not older than the timestamp; partitions without are left out. Blocks for at
     * most {@code default.api.timeout.ms}.
     *
     * @throws dev.ottla.errors.RetriableException if a leader did not answer in time
     */
    Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Instant> timestamps);

    /**
     * How many offsets lie between the position and the end of the log (reading committed, the last stable offset), as of the
     * last answer of the broker that is fetched from. Empty until there is one. Does not block; offsets are not records, as
     * compaction and transactions leave gaps. Zero says that a poll has returned everything there was to return: reading
     * committed, what lies behind an open transaction is not.
     *
     * @throws IllegalStateException if the partition is not assigned to this consumer, or not any more
     */
    OptionalLong currentLag(TopicPartition partition);

    /**
     * How far each of these partitions is behind, in offsets and in time; asks their leaders. Partitions whose position is still
     * looked up are left out. Blocks for at most {@code default.api.timeout.ms}.
     *
     * @throws dev.ottla.errors.RetriableException if a leader did not answer in time
     */
    Map<TopicPartition, Lag> lag(Collection<TopicPartition> partitions);

    /**
     * Everything from the positions up to the ends that the logs of the assigned partitions have now, and then no more: for
     * tables, exports and tests. Looks the ends up at once; the iterator polls, and can be asked for once. What lies behind an
     * end is not returned, and read by the next poll. Partitions that are taken away meanwhile are left out.
     *
     * <p>The iterator throws what {@link #poll} throws, and a {@link dev.ottla.errors.RequestTimeoutException} if nothing comes
     * for {@code default.api.timeout.ms} though an end is not reached.
     *
     * @throws dev.ottla.errors.RetriableException if a leader did not answer in time
     */
    Iterable<ConsumerRecord<K, V>> readToEnd();

    /** Whether {@link #close()} was called. */
    boolean isClosed();

    /** {@link #close(Duration)} with 30 seconds. */
    @Override
    void close();

    /**
     * Ends this consumer: a poll that waits throws a {@link dev.ottla.errors.ClosedException}; {@code onRevoking} is called
     * by this thread; commits under way are waited for, and with {@code enable.auto.commit} what earlier polls returned is
     * committed, though not what the last one did, which may not be processed yet; the group is left, unless the member is
     * static. Blocks for at most the timeout, of any length; from one of the client's own callbacks not at all: the rest is then
     * done later, and {@code onRevoking} is not called. Closing twice does nothing.
     *
     * @throws IllegalStateException if called within a poll of the same consumer, by a {@link RebalanceListener} or a
     *     deserializer; nothing was closed
     */
    void close(Duration timeout);
}
