package dev.ottla.testkit.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.Immutable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The offsets that a group has committed, and those in open transactions. Owned by the cluster's loop. */
@EventLoopConfined
public final class GroupOffsets {
    private final TreeMap<TopicPartition, Committed> committed = new TreeMap<>();
    private final Map<Long, Map<TopicPartition, Committed>> pendingByProducerId = new LinkedHashMap<>();

    /** One committed offset. */
    @Immutable
    public record Committed(
            long offset, int leaderEpoch, @Nullable String metadata) {}

    /** All committed offsets; borrowed. */
    public Map<TopicPartition, Committed> all() {
        return committed;
    }

    public @Nullable Committed find(TopicPartition partition) {
        return committed.get(partition);
    }

    public void commit(TopicPartition partition, Committed offset) {
        committed.put(partition, offset);
    }

    /** Removes an offset. */
    public void delete(TopicPartition partition) {
        committed.remove(partition);
    }

    /** Removes the offsets of a deleted topic. */
    public void deleteTopic(String topic) {
        committed.keySet().removeIf(partition -> partition.topic().equals(topic));
        pendingByProducerId
                .values()
                .forEach(offsets ->
                        offsets.keySet().removeIf(partition -> partition.topic().equals(topic)));
    }

    /** Keeps an offset until its transaction ends. */
    public void addPending(long producerId, TopicPartition partition, Committed offset) {
        pendingByProducerId
                .computeIfAbsent(producerId, id -> new LinkedHashMap<>())
                .put(partition, offset);
    }

    /** Whether the offset may change with the end of an open transaction (KIP-447). */
    public boolean isUnstable(TopicPartition partition) {
        return pendingByProducerId.values().stream().anyMatch(offsets -> offsets.containsKey(partition));
    }

    /** A transaction has ended. */
    public void endTransaction(long producerId, boolean isCommitted) {
        Map<TopicPartition, Committed> offsets = pendingByProducerId.remove(producerId);
        if (offsets != null && isCommitted) {
            committed.putAll(offsets);
        }
    }
}
