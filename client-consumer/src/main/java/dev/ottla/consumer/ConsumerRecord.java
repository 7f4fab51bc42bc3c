package dev.ottla.consumer;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.common.TopicPartition;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One record as it was read. Immutable, as far as key and value are; it stays valid after the next poll.
 *
 * @param topic the topic that it was read from
 * @param partition the partition that it was read from
 * @param offset its place in the partition; offsets grow, but not always by one
 * @param timestamp milliseconds since 1970-01-01T00:00Z, or -1 if the producer gave none
 * @param timestampType who set the timestamp
 * @param key the key, null if it has none
 * @param value the value, null for a tombstone
 * @param headers its headers, may be empty
 * @param leaderEpoch the epoch of the leader that wrote it (KIP-320), empty if unknown
 * @param <K> what keys are
 * @param <V> what values are
 */
public record ConsumerRecord<K, V>(
        String topic,
        int partition,
        long offset,
        long timestamp,
        TimestampType timestampType,
        @Nullable K key,
        @Nullable V value,
        Headers headers,
        OptionalInt leaderEpoch) {

    /** Topic and partition as one. */
    public TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    /** Where it was read from and how large its headers are; never key or value, which may be secrets. */
    @Override
    public String toString() {
        return "ConsumerRecord[" + topic + "-" + partition + " @" + offset + ", " + timestampType + " " + timestamp
                + ", " + headers.size() + " headers]";
    }
}
