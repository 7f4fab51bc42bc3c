package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import java.time.Duration;
import java.util.Set;

/**
 * Hears how a group's partitions come and go. All methods are called by the thread that polls, during the poll, or by the one
 * that closes the consumer; they may call any method of it but poll and close, which throw an {@link IllegalStateException} here.
 * What they throw comes out of that call.
 */
public interface RebalanceListener {

    /** Listens to nothing. */
    RebalanceListener NONE = new RebalanceListener() {};

    /**
     * The partitions are this consumer's; no record of them has been delivered. The place to seek, if offsets are kept
     * elsewhere than in Kafka.
     */
    default void onAssigned(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {}

    /**
     * The partitions will be taken away, and are still this consumer's: the place to commit what has been processed. All
     * records that were handed out before are the caller's own responsibility by now; none will follow.
     *
     * @param remaining how long the group waits; after that the partitions are lost
     */
    default void onRevoking(Consumer<?, ?> consumer, Set<TopicPartition> partitions, Duration remaining) {}

    /**
     * The partitions were taken away without warning: the session ended, or polls were too far apart. Another consumer may
     * have them already, and a commit would be refused.
     */
    default void onLost(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {}

    /**
     * The topic was deleted and created again under the same name: offsets of the old one mean nothing any more, committed ones
     * and those of records in hand included. The partition goes on as {@code auto.offset.reset} says, or where this seeks to.
     */
    default void onTopicRecreated(Consumer<?, ?> consumer, TopicPartition partition) {}

    /**
     * Records that were returned are gone from the log: a replica without them became the leader. Not called with
     * {@code auto.offset.reset=none}: polls fail with a {@link dev.ottla.errors.LogTruncatedException} then. The partition goes on
     * where the logs part, or where this seeks to. The place to undo what was done with the lost records.
     */
    default void onTruncated(Consumer<?, ?> consumer, LogTruncation truncation) {}
}
