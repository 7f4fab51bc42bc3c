package dev.ottla.producer;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * How one batch ended. Immutable.
 *
 * @param topicPartition the partition that it went to
 * @param recordCount how many records it has
 * @param baseOffset the offset of the first; -1 if it is not known (with {@code acks=0}), or the batch failed
 * @param error why it failed, or null
 */
public record BatchResult(
        TopicPartition topicPartition,
        int recordCount,
        long baseOffset,
        @Nullable KafkaException error) {

    /** Whether it was acknowledged. */
    public boolean isAcked() {
        return error == null;
    }
}
