package dev.ottla.consumer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.time.Duration;
import java.util.Set;

/**
 * What the application wants to hear of rebalances; called on the thread that polls, or closes, and but for {@link #onLosing} on
 * no other.
 */
@ThreadSafe
public interface RebalanceCallbacks {

    /** The partitions are this consumer's. */
    void onAssigned(Set<TopicPartition> partitions);

    /** The partitions are this consumer's for so long at most. */
    void onRevoking(Set<TopicPartition> partitions, Duration remaining);

    /**
     * The partitions are another's, which the application is to hear by {@link #onLost} once it polls; it may be busy giving them
     * up just now. On the home loop, so it must not block.
     */
    default void onLosing(Set<TopicPartition> partitions) {}

    /** The partitions are another's. */
    void onLost(Set<TopicPartition> partitions);

    /** The partition is of another topic by now, of the same name; its position is looked up anew. */
    default void onTopicRecreated(TopicPartition partition) {}

    /** Whether {@link #onEndReached} is to be called. */
    default boolean hearsOfEnds() {
        return false;
    }

    /** All records before the offset have been handed out by earlier polls, and there were no more. */
    default void onEndReached(TopicPartition partition, long offset) {}

    /** What was read from {@code offset} on, up to the position, is gone from the log; the position is there now. */
    default void onTruncated(TopicPartition partition, long position, long offset) {}
}
