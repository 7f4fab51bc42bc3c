package dev.ottla.consumer.internal;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.CommittedOffsets;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The commits that threads of the application ask one consumer for. It says as whom each is made, so that one whose partitions
 * have changed hands since is refused; the home loop makes it. Called through {@link ConsumerEngine#commits}.
 */
@ThreadSafe
public final class Commits {
    private final Cluster cluster;
    private final ConsumerOptions options;
    private final Assignment assignment;
    private final ConsumerLoop loop;
    private final Blocking blocking;
    private final Runnable checkOpen;

    Commits(
            Cluster cluster,
            ConsumerOptions options,
            Assignment assignment,
            ConsumerLoop loop,
            Blocking blocking,
            Runnable checkOpen) {
        this.cluster = cluster;
        this.options = options;
        this.assignment = assignment;
        this.loop = loop;
        this.blocking = blocking;
        this.checkOpen = checkOpen;
    }

    /** Commits as the member that this consumer is now. */
    public CompletableFuture<Void> offsets(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        return offsets(loop.identity(), offsets, timeout);
    }

    /** Commits everything handed out so far of the partitions that are still this consumer's. */
    public CompletableFuture<Void> consumed(Duration timeout) {
        // Should a partition go and come back, or its topic be created anew, the identity from before that is refused.
        GroupIdentity identity = loop.identity();
        Map<TopicPartition, OffsetAndMetadata> consumed = assignment.consumed();
        // Asked last, so that what was lost before the look at the positions does not go without a word.
        return loop.hasLost() ? CompletableFuture.failedFuture(notAMember()) : offsets(identity, consumed, timeout);
    }

    /** Commits as the member that this consumer was when it handed records out; fails if it no longer is. */
    public CompletableFuture<Void> offsets(
            @Nullable GroupIdentity identity, Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        checkOpen.run();
        checkGroup();
        if (offsets.isEmpty()) {
            return blocking.onHome(loop::whenCommitsAreIdle);
        }
        if (identity == null) {
            return CompletableFuture.failedFuture(notAMember());
        }
        Map<TopicPartition, OffsetAndMetadata> copy = Copies.of(offsets);
        return blocking.onHome(() -> loop.commit(identity, copy, timeout));
    }

    private String checkGroup() {
        return options.groupId()
                .orElseThrow(() -> new IllegalStateException("there is no group to commit for: set group.id"));
    }

    /**
     * Commits the offset after one record, as the member that this consumer is now, if it is as such that it has handed the
     * record out.
     */
    public CompletableFuture<Void> handedOut(TopicPartition partition, OffsetAndMetadata nextOffset, Duration timeout) {
        checkOpen.run();
        checkGroup();
        // Should the partition go and come back after the check, the identity from before it is refused.
        GroupIdentity identity = loop.identity();
        return assignment.isHandedOut(partition, nextOffset.offset())
                ? offsets(identity, Map.of(partition, nextOffset), timeout)
                : CompletableFuture.failedFuture(notHandedOut(partition, nextOffset.offset()));
    }

    /**
     * Commits of these offsets those whose partitions are still held by the assignment that they were reached under; the rest
     * is left to whoever has them now.
     */
    public CompletableFuture<Void> held(Map<TopicPartition, HeldOffset> offsets, Duration timeout) {
        return blocking.onHome(() -> loop.commitHeld(offsets, timeout));
    }

    /** What the group has committed. */
    public CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(
            Collection<TopicPartition> partitions, Duration timeout) {
        checkOpen.run();
        return CommittedOffsets.fetch(cluster, checkGroup(), partitions, timeout);
    }

    static KafkaException notAMember() {
        return new BrokerException(
                "Nothing was committed: this consumer has lost its partitions, or is joining its group.",
                ErrorDetails.ofCode(ErrorCode.REBALANCE_IN_PROGRESS).build(),
                null);
    }

    private static KafkaException notHandedOut(TopicPartition partition, long nextOffset) {
        return new BrokerException(
                "Nothing was committed: the record at offset " + (nextOffset - 1)
                        + " was not read under the present assignment of its partition.",
                ErrorDetails.ofCode(ErrorCode.ILLEGAL_GENERATION)
                        .topicPartition(partition)
                        .hint(
                                "The partition is another member's, or was meanwhile: what was not committed is read again"
                                        + " by its owner. Or its topic was created again, and the record was of the old"
                                        + " one. Go on polling.")
                        .build(),
                null);
    }
}
