package dev.ottla.producer;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Hears how a record ended; called exactly once, on one of the client's event loops, and never within {@code send} itself,
 * unless the whole client was closed meanwhile. It must be quick and must not block: meanwhile nothing else happens on that
 * connection. It may send. The same instance may be given for any number of records, which costs nothing per record; it must
 * then be thread-safe, because records of several partitions end on several threads.
 *
 * <p>Records that were accepted for one partition end in the order of their sends. A record that was refused, because it
 * can't be serialized or there is no room for it, may be heard of before those that were sent earlier; so may one with a
 * {@linkplain ProducerRecord#deliveryTimeout time of its own}.
 */
@FunctionalInterface
public interface SendCallback {

    /**
     * The record was acknowledged or has failed: exactly one of the arguments is null. An exception thrown from here is logged
     * and has no other effect.
     *
     * @param metadata where the record is, or null if it failed
     * @param error why it failed, or null; {@link KafkaException#outcome()} tells whether it may be in the log all the same
     */
    void onCompletion(@Nullable RecordMetadata metadata, @Nullable KafkaException error);

    /**
     * The record was acknowledged: makes a {@link RecordMetadata} of this and calls {@link #onCompletion}. To be overridden by a
     * callback for which nothing at all should be made per record. (Where an application has one or two kinds of callbacks, the
     * JIT leaves the object out anyway.) A callback that passes on what it is told to another one has to override both methods.
     *
     * @param offset where the record is, or {@link RecordMetadata#NO_OFFSET}
     * @param timestamp as {@link RecordMetadata#timestamp}
     */
    default void onAcknowledged(TopicPartition topicPartition, long offset, long timestamp) {
        onCompletion(new RecordMetadata(topicPartition, offset, timestamp), null);
    }
}
