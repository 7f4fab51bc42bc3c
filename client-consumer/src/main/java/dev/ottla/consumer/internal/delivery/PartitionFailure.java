package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;

/** The partition can't be read on from here: every poll that meets this fails with it, until a seek, or another try to fetch
 * what was damaged, ends the fetch epoch. */
@Immutable
public record PartitionFailure(TopicPartition partition, long fetchEpoch, KafkaException cause) implements Delivery {}
