package dev.ottla.producer;

import dev.ottla.common.Node;
import java.util.Optional;

/** The partitions of one topic as the client knows them at the moment. Immutable, from the client; a test may have its own. */
public interface TopicPartitions {

    /** The name of the topic. */
    String topic();

    /** How many partitions the topic has, at least 1. They are numbered from 0. */
    int count();

    /** How many of them have a leader, and so take records now. */
    int availableCount();

    /**
     * The number of a partition that has a leader.
     *
     * @param index from 0 to {@link #availableCount()} - 1
     */
    int available(int index);

    /** Whether the topic has this partition, and the partition a leader. */
    boolean isAvailable(int partition);

    /** The leader of a partition from 0 to {@link #count()} - 1; empty while it has none. */
    Optional<Node> leader(int partition);
}
