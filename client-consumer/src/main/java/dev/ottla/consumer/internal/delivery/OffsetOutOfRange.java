package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Immutable;

/**
 * The leader has nothing at the offset. It waits in the queue behind what was fetched before it, so that the position is
 * reset only once the application has come there.
 */
@Immutable
public record OffsetOutOfRange(TopicPartition partition, long fetchEpoch, long offset) implements Delivery {}
