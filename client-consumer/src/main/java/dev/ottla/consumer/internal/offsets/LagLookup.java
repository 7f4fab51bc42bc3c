package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks leaders how far this consumer is behind them: where their logs end, and how old the newest record is. */
@Immutable
public final class LagLookup {
    private static final long LATEST = -1;

    private LagLookup() {}

    /**
     * One partition's lag.
     *
     * @param millis between the timestamps of the last record handed out and of the newest; empty if one is not known
     */
    public record Measured(long offsets, OptionalLong millis) {}

    /** Partitions without a position are left out. Any thread; completes on the home loop. */
    public static CompletableFuture<Map<TopicPartition, Measured>> start(
            Cluster cluster,
            Assignment assignment,
            IsolationLevel isolationLevel,
            Collection<TopicPartition> partitions,
            Duration timeout) {
        CompletableFuture<Map<TopicPartition, OffsetLookup.Found>> ends =
                OffsetLookup.start(cluster, isolationLevel, all(partitions, LATEST), timeout);
        CompletableFuture<Map<TopicPartition, OffsetLookup.Found>> newest = OffsetLookup.start(
                        cluster, isolationLevel, all(partitions, OffsetLookup.NEWEST), timeout)
                .exceptionally(LagLookup::nothingIfTooOld);
        return ends.thenCombine(newest, (end, last) -> measure(assignment, end, last));
    }

    private static Map<TopicPartition, Long> all(Collection<TopicPartition> partitions, long timestamp) {
        Map<TopicPartition, Long> all = new HashMap<>();
        partitions.forEach(partition -> all.put(partition, timestamp));
        return all;
    }

    private static Map<TopicPartition, OffsetLookup.Found> nothingIfTooOld(Throwable failure) {
        RuntimeException cause = ClusterFailures.of(failure);
        if (cause instanceof UnsupportedVersionException) {
            return Map.of();
        }
        throw cause;
    }

    private static Map<TopicPartition, Measured> measure(
            Assignment assignment,
            Map<TopicPartition, OffsetLookup.Found> ends,
            Map<TopicPartition, OffsetLookup.Found> newest) {
        Map<TopicPartition, Measured> lags = new TreeMap<>();
        ends.forEach((partition, end) -> {
            OptionalLong position = assignment.offset(partition);
            if (position.isPresent()) {
                long offsets = Math.max(0, end.offset() - position.getAsLong());
                OptionalLong read = assignment.lastTimestamp(partition);
                lags.put(
                        partition,
                        new Measured(
                                offsets, offsets == 0 ? OptionalLong.of(0) : between(read, newest.get(partition))));
            }
        });
        return lags;
    }

    private static OptionalLong between(OptionalLong read, OffsetLookup.@Nullable Found newest) {
        return read.isEmpty() || newest == null || newest.timestamp() < 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, newest.timestamp() - read.getAsLong()));
    }
}
