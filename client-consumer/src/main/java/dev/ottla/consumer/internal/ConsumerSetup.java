package dev.ottla.consumer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a consumer is to read and how, checked by its builder.
 *
 * @param topics subscribed to as a member of the group; {@link TopicSelection#none} if partitions are assigned
 * @param partitions assigned by the application; empty if topics are subscribed to
 * @param start where to begin without a committed offset
 * @param stuckAfter how long the application may be at what a poll returned before a warning
 */
@Immutable
public record ConsumerSetup(
        ConsumerOptions options,
        TopicSelection topics,
        Set<TopicPartition> partitions,
        StartingPoint start,
        List<PartitionAssignor> assignors,
        Duration stuckAfter,
        RebalanceCallbacks callbacks) {

    /** Where to begin when the position is gone from the log. */
    StartingPoint reset() {
        return StartingPoint.of(options.autoOffsetReset());
    }

    /** Whether partitions come from the group. */
    boolean subscribes() {
        return !topics.equals(TopicSelection.none());
    }

    boolean commitsAutomatically() {
        return options.enableAutoCommit() && options.groupId().isPresent();
    }
}
