package dev.ottla.admin;

import dev.ottla.common.Uuid;
import java.util.Optional;

/**
 * A topic that was deleted. Immutable.
 *
 * @param name the name that it had
 * @param topicId the id that it had; empty from brokers before 2.8
 */
public record DeletedTopic(String name, Optional<Uuid> topicId) {}
