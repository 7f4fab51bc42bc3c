package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;

/** What a fetcher has for the polling thread, concerning one partition, in the order in which it came. */
@Confined
public sealed interface Delivery permits EndReached, FetchedBatches, OffsetOutOfRange, PartitionFailure {

    /** The partition concerned. */
    TopicPartition partition();

    /** The epoch under which it was asked for; see {@link dev.ottla.consumer.internal.offsets.Assignment}. */
    long fetchEpoch();

    /** The memory that it holds. */
    default int bytes() {
        return 0;
    }

    /** Gives up what it holds. Whoever takes a delivery out of the queue closes it. */
    default void close() {}
}
