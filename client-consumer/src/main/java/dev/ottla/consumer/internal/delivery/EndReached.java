package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Immutable;

/** The log ended at the offset when the broker answered. It waits in the queue behind what was fetched before it. */
@Immutable
public record EndReached(TopicPartition partition, long fetchEpoch, long offset) implements Delivery {}
