package dev.ottla.producer;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One transaction of a {@link TransactionalProducer}: the records and offsets that are sent through it take effect together, or
 * not at all (KIP-98).
 *
 * <p>As soon as a record or an offset fails, nothing of it can be committed: {@link #commit} throws an
 * {@link dev.ottla.errors.AbortableException}, and so does what is sent. Abort it then, and begin another.
 *
 * <p>A commit that is not answered leaves it open whether it happened ({@link TransactionStatus#COMMIT_UNKNOWN}). Then it can be
 * committed again, which answers the question, but not aborted.
 *
 * <p>Thread-safe. A transaction that is not ended is aborted by {@link #close}, or by the coordinator after
 * {@code transaction.timeout.ms}. The blocking methods throw {@link IllegalStateException} on an event loop.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Transaction<K, V> extends AutoCloseable {

    /**
     * Sends a record, as {@link Producer#send(ProducerRecord)} does. The future need not be looked at: {@link #commit} waits for
     * all, and fails if one failed.
     *
     * @throws IllegalStateException if the transaction has ended or is being ended
     */
    CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record);

    /**
     * Sends a record, as {@link Producer#send(ProducerRecord, SendCallback)} does.
     *
     * @throws IllegalStateException if the transaction has ended or is being ended
     */
    void send(ProducerRecord<K, V> record, SendCallback callback);

    /**
     * Sends a record, as {@link Producer#sendAndForget} does. {@link #commit} fails if it fails, so here nothing is forgotten.
     *
     * @throws IllegalStateException if the transaction has ended or is being ended
     */
    void sendAndForget(ProducerRecord<K, V> record);

    /**
     * One topic, as {@link Producer#topic} has it: what is sent through it belongs to this transaction. Valid until the
     * transaction ends; then its sends throw {@link IllegalStateException}, as those here do.
     *
     * @param topic the name of the topic, not empty; it need not exist yet
     * @throws dev.ottla.errors.RecordException if the serializers or the partitioner have nothing for this topic
     * @throws IllegalArgumentException if the name is empty
     */
    TopicProducer<K, V> topic(String topic);

    /**
     * Makes the commit of these offsets part of the transaction (KIP-447). Blocks until the group's coordinator has taken them,
     * at most {@code max.block.ms}.
     *
     * @param offsets of each partition that of the next record to read
     * @param group as whom they were read, so that they are refused if the group has moved on
     * @throws dev.ottla.errors.AbortableException if they can't be part of it; abort it, and read the records again
     * @throws dev.ottla.errors.ProducerFencedException if another producer has taken over
     */
    void sendOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group);

    /** As {@link #sendOffsets}, without blocking; completes on an event loop. */
    CompletableFuture<Void> sendOffsetsAsync(Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group);

    /**
     * Waits until all records are acknowledged, and commits. Blocks for at most {@code delivery.timeout.ms} plus
     * {@code max.block.ms}. Does nothing if it is committed already.
     *
     * @throws dev.ottla.errors.AbortableException if something failed, and so nothing was committed; abort it
     * @throws dev.ottla.errors.RequestTimeoutException with outcome UNKNOWN if the coordinator did not answer; commit again, or
     *     close it
     * @throws dev.ottla.errors.ProducerFencedException if another producer has taken over, or it was open for longer than
     *     {@code transaction.timeout.ms}
     * @throws dev.ottla.errors.RetriableException with outcome UNKNOWN if the thread was interrupted; it goes on committing
     * @throws IllegalStateException if it was aborted
     */
    void commit();

    /** As {@link #commit}, without blocking; completes on an event loop. */
    CompletableFuture<Void> commitAsync();

    /**
     * Takes back everything. What is not sent yet fails; what is in flight is waited for. Blocks for at most
     * {@code delivery.timeout.ms} plus {@code max.block.ms}. Does nothing if it is aborted already.
     *
     * @throws dev.ottla.errors.RetriableException if the coordinator did not answer; abort again, or close it
     * @throws dev.ottla.errors.ProducerFencedException if another producer has taken over
     * @throws IllegalStateException if it was committed, or may be
     */
    void abort();

    /** As {@link #abort}, without blocking; completes on an event loop. */
    CompletableFuture<Void> abortAsync();

    /** How far it has come. Does not block. */
    TransactionStatus status();

    /** The first thing that went wrong, because of which it can't be committed. */
    Optional<KafkaException> failure();

    /**
     * Leaves the transaction: aborts it, unless it has ended. One that may be committed is committed again in the background,
     * until its outcome is known and its transactional id can be used again. Does not throw; blocks as {@link #abort} does, but
     * on an event loop not at all.
     */
    @Override
    void close();
}
