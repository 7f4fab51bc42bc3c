package dev.ottla.producer;

import dev.ottla.common.TopicPartition;

/**
 * Where an acknowledged record is. Immutable.
 *
 * @param topicPartition the partition
 * @param offset the record's offset, or {@link #NO_OFFSET} with {@code acks=0}
 * @param timestamp milliseconds since 1970: the record's own, or the broker's if the topic takes LogAppendTime
 */
public record RecordMetadata(TopicPartition topicPartition, long offset, long timestamp) {

    /** The broker did not tell the offset. */
    public static final long NO_OFFSET = -1;

    /** The name of the topic. */
    public String topic() {
        return topicPartition.topic();
    }

    /** The number of the partition. */
    public int partition() {
        return topicPartition.partition();
    }

    /** Whether the broker told the offset. */
    public boolean hasOffset() {
        return offset >= 0;
    }

    /** The partition and the offset: {@code orders-3@42}. */
    @Override
    public String toString() {
        return topicPartition + "@" + (hasOffset() ? offset : "unknown");
    }
}
