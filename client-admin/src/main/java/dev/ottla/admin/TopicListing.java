package dev.ottla.admin;

import dev.ottla.common.Uuid;
import java.util.Optional;

/**
 * A topic in a list. Immutable.
 *
 * @param name the topic's name
 * @param topicId the topic's id; empty from brokers before 2.8
 * @param internal whether Kafka keeps its own records there, such as {@code __consumer_offsets}
 */
public record TopicListing(String name, Optional<Uuid> topicId, boolean internal) {}
