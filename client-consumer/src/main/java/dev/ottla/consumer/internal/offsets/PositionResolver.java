package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where to begin: what the group has committed, else what a {@link StartingPoint} says. Owned by the home loop. It
 * goes on trying as long as the partition is assigned and nobody seeks: a failure never turns into a reset.
 */
@EventLoopConfined
public final class PositionResolver {
    private static final Logger LOG = LoggerFactory.getLogger(PositionResolver.class);

    /** Hears on the home loop of positions that were found, or were not. */
    public interface Listener {
        /** Fetching may begin here. */
        void onResolved(TopicPartition partition, long fetchEpoch, FetchPosition position);

        /** There is nowhere to begin; only a seek helps. */
        void onUnresolvable(TopicPartition partition, long fetchEpoch, KafkaException cause);

        /** The application should know; the resolver goes on trying. */
        void onTrouble(KafkaException cause);
    }

    private final Cluster cluster;
    private final Assignment assignment;
    private final IsolationLevel isolationLevel;
    private final @Nullable String groupId;
    private final Listener listener;
    private final ExponentialBackoff backoff;
    private boolean closed;

    /** Looks committed offsets up if there is a group id. */
    public PositionResolver(
            Cluster cluster,
            Assignment assignment,
            IsolationLevel isolationLevel,
            @Nullable String groupId,
            Listener listener) {
        this.cluster = cluster;
        this.assignment = assignment;
        this.isolationLevel = isolationLevel;
        this.groupId = groupId;
        this.listener = listener;
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
    }

    /** Resolves partitions with these fetch epochs to what is committed, or to the starting point where nothing is. */
    public void resolveCommitted(Map<TopicPartition, Long> epochs, StartingPoint otherwise) {
        if (groupId == null) {
            resolve(epochs, otherwise);
        } else {
            fetchCommitted(groupId, epochs, otherwise, 1);
        }
    }

    private void fetchCommitted(String group, Map<TopicPartition, Long> epochs, StartingPoint otherwise, int attempt) {
        Map<TopicPartition, Long> open = unresolved(epochs);
        if (open.isEmpty()) {
            return;
        }
        CommittedOffsets.fetch(cluster, group, open.keySet(), timeout()).whenComplete((committed, failure) -> {
            if (committed != null) {
                onCommitted(open, committed, otherwise);
            } else if (failure != null) {
                retryLater(failure, attempt, () -> fetchCommitted(group, open, otherwise, attempt + 1));
            }
        });
    }

    private void onCommitted(
            Map<TopicPartition, Long> epochs,
            Map<TopicPartition, OffsetAndMetadata> committed,
            StartingPoint otherwise) {
        Map<TopicPartition, Long> uncommitted = new HashMap<>();
        epochs.forEach((partition, epoch) -> {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                uncommitted.put(partition, epoch);
            } else {
                int leaderEpoch = offset.leaderEpoch().orElse(FetchPosition.UNKNOWN_EPOCH);
                onFound(partition, epoch, new FetchPosition(offset.offset(), leaderEpoch));
            }
        });
        if (!uncommitted.isEmpty()) {
            resolve(uncommitted, otherwise);
        }
    }

    /** Resolves partitions with these fetch epochs to the starting point. */
    public void resolve(Map<TopicPartition, Long> epochs, StartingPoint start) {
        StartingPoint now = start.at(cluster.runtime().wallClock());
        if (now instanceof StartingPoint.AtOffset at) {
            epochs.forEach((partition, epoch) -> onFound(partition, epoch, new FetchPosition(at.offset())));
        } else if (now instanceof StartingPoint.AtTimestamp at) {
            lookUp(epochs, at.timestamp(), 1);
        } else {
            epochs.forEach((partition, epoch) -> listener.onUnresolvable(partition, epoch, noOffset(partition)));
        }
    }

    private static KafkaException noOffset(TopicPartition partition) {
        return new BrokerException(
                "There is no offset to begin at: none is committed, or the committed one is gone, and auto.offset.reset is"
                        + " none.",
                ErrorDetails.builder()
                        .topicPartition(partition)
                        .hint("Seek to where you want to begin, or set auto.offset.reset.")
                        .build(),
                null);
    }

    private void lookUp(Map<TopicPartition, Long> epochs, long timestamp, int attempt) {
        Map<TopicPartition, Long> open = unresolved(epochs);
        if (open.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> timestamps = new TreeMap<>();
        open.keySet().forEach(partition -> timestamps.put(partition, timestamp));
        OffsetLookup.start(cluster, isolationLevel, timestamps, timeout()).whenComplete((found, failure) -> {
            if (found != null) {
                onLookedUp(open, found);
            } else if (failure != null) {
                retryLater(failure, attempt, () -> lookUp(open, timestamp, attempt + 1));
            }
        });
    }

    private void onLookedUp(Map<TopicPartition, Long> epochs, Map<TopicPartition, OffsetLookup.Found> found) {
        Map<TopicPartition, Long> tooYoung = new HashMap<>();
        found.forEach((partition, offset) -> {
            long epoch = epochs.getOrDefault(partition, 0L);
            if (offset.offset() < 0) {
                tooYoung.put(partition, epoch);
            } else {
                onFound(partition, epoch, new FetchPosition(offset.offset()));
            }
        });
        if (!tooYoung.isEmpty()) {
            resolve(tooYoung, StartingPoint.latest());
        }
    }

    private void onFound(TopicPartition partition, long fetchEpoch, FetchPosition position) {
        if (assignment.resolve(partition, fetchEpoch, position)) {
            LOG.debug("[{}] {} begins at offset {}", cluster.options().clientId(), partition, position.offset());
            listener.onResolved(partition, fetchEpoch, position);
        }
    }

    private void retryLater(Throwable failure, int attempt, Runnable again) {
        KafkaException cause = ClusterFailures.of(failure);
        if (closed || cause instanceof ClosedException) {
            return;
        }
        LOG.warn("[{}] The position is not known yet: {}", cluster.options().clientId(), cause.getMessage());
        if (!(cause instanceof RetriableException)) {
            listener.onTrouble(cause);
        }
        cluster.homeLoop().schedule(again, backoff.delayNanos(attempt));
    }

    private Map<TopicPartition, Long> unresolved(Map<TopicPartition, Long> epochs) {
        Map<TopicPartition, Long> open = new TreeMap<>(epochs);
        open.entrySet().removeIf(entry -> !assignment.isUnresolved(entry.getKey(), entry.getValue()));
        return closed ? Map.of() : open;
    }

    private Duration timeout() {
        return cluster.options().defaultApiTimeout();
    }

    /** Stops trying. */
    public void close() {
        closed = true;
    }
}
