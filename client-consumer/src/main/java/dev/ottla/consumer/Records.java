package dev.ottla.consumer;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one poll returned: the records of each partition in the order of their offsets. Immutable; stays valid after the next
 * poll.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class Records<K, V> implements Iterable<ConsumerRecord<K, V>> {
    private final Map<TopicPartition, List<ConsumerRecord<K, V>>> byPartition;
    private final int count;

    /** As whom the consumer was a member when it handed these out. */
    private final @Nullable GroupIdentity identity;

    Records(Map<TopicPartition, List<ConsumerRecord<K, V>>> byPartition, @Nullable GroupIdentity identity) {
        Map<TopicPartition, List<ConsumerRecord<K, V>>> copy = new LinkedHashMap<>();
        byPartition.forEach((partition, records) -> copy.put(partition, List.copyOf(records)));
        this.byPartition = Collections.unmodifiableMap(copy);
        this.count = byPartition.values().stream().mapToInt(List::size).sum();
        this.identity = identity;
    }

    /** How many records there are in all. */
    public int count() {
        return count;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** The partitions that records are of. */
    public Set<TopicPartition> partitions() {
        return byPartition.keySet();
    }

    /** The records of one partition, in the order of their offsets; empty if there are none. Unmodifiable. */
    public List<ConsumerRecord<K, V>> records(TopicPartition partition) {
        return byPartition.getOrDefault(partition, List.of());
    }

    /** All records, one partition after the other. */
    @Override
    public Iterator<ConsumerRecord<K, V>> iterator() {
        return byPartition.values().stream().flatMap(List::stream).iterator();
    }

    /** All records, one partition after the other. */
    public Stream<ConsumerRecord<K, V>> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    /** What to commit once all of these are processed: for each partition the offset after its last record. */
    public Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
        Map<TopicPartition, OffsetAndMetadata> next = new TreeMap<>();
        byPartition.forEach((partition, records) -> {
            ConsumerRecord<K, V> last = records.get(records.size() - 1);
            OptionalInt leaderEpoch = last.leaderEpoch();
            next.put(partition, new OffsetAndMetadata(last.offset() + 1, leaderEpoch, ""));
        });
        return next;
    }

    @Nullable
    GroupIdentity identity() {
        return identity;
    }

    @Override
    public String toString() {
        return "Records[" + count + " of " + byPartition.keySet() + "]";
    }
}
