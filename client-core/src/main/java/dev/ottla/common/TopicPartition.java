package dev.ottla.common;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Objects;

/**
 * One partition of one topic. Immutable; ordered by topic name, then by number.
 *
 * @param topic the topic's name, never empty
 * @param partition the partition's number, from 0
 */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition>, Serializable {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException if the topic is empty or the partition negative
     */
    public TopicPartition {
        Objects.requireNonNull(topic, "topic");
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("topic must not be empty");
        }
        if (partition < 0) {
            throw new IllegalArgumentException("partition of topic " + topic + " must be at least 0, was " + partition);
        }
    }

    @Override
    public int compareTo(TopicPartition other) {
        return ORDER.compare(this, other);
    }

    /** The topic and the number with a hyphen between them, as Kafka's own tools print it: {@code orders-3}. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
