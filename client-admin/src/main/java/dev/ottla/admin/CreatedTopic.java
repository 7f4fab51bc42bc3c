package dev.ottla.admin;

import dev.ottla.common.Uuid;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A topic that was created. Immutable.
 *
 * @param name the topic's name
 * @param topicId the topic's id; empty from brokers before 2.8, and if it was only validated
 * @param numPartitions how many partitions it has; empty from brokers before 2.4, and without the right to describe configs
 * @param replicationFactor how many replicas each partition has; empty where {@code numPartitions} is
 */
public record CreatedTopic(
        String name, Optional<Uuid> topicId, OptionalInt numPartitions, OptionalInt replicationFactor) {}
