package dev.ottla.admin;

import dev.ottla.common.Uuid;
import java.util.List;
import java.util.Optional;

/**
 * A topic and its partitions. Immutable.
 *
 * @param name the topic's name
 * @param topicId the topic's id; empty from brokers before 2.8
 * @param internal whether Kafka keeps its own records there, such as {@code __consumer_offsets}
 * @param partitions in the order of their numbers
 */
public record TopicDescription(
        String name, Optional<Uuid> topicId, boolean internal, List<PartitionDescription> partitions) {

    /** Copies the list. */
    public TopicDescription {
        partitions = List.copyOf(partitions);
    }
}
