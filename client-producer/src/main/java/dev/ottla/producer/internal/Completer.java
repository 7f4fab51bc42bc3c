package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * Tells the user how a record ended. Step 11 of sending: implemented by the public producer, which knows what a completion is
 * (a callback, a future), so that nothing has to be wrapped per record; called on an event loop.
 */
@ThreadSafe
public interface Completer {

    /** The record was acknowledged, with offset -1 if the broker does not tell it. Must not throw. */
    void onAcked(Object completion, TopicPartition topicPartition, long offset, long timestamp);

    /** Whether {@link #onAcked} does anything for this completion. */
    default boolean wantsAcks(Object completion) {
        return true;
    }

    /**
     * A batch has ended, and all its records were told. Must not throw.
     *
     * @param baseOffset the offset of its first record, or -1
     * @param cause why it failed, or null
     */
    default void onBatchEnded(
            TopicPartition topicPartition, int recordCount, long baseOffset, @Nullable KafkaException cause) {}

    /** The record failed for good. Must not throw. */
    void onFailed(Object completion, KafkaException cause);

    /** The producer is closed, and all records have ended; may be called again. Must not throw. */
    default void onAllEnded() {}
}
