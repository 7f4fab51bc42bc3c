package dev.ottla.consumer;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.InputBatch;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one poll returned: the records of each partition in the order of their offsets. Immutable; stays valid after the next
 * poll.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class Records<K, V> implements Iterable<ConsumerRecord<K, V>>, InputBatch {
    private final Map<TopicPartition, List<ConsumerRecord<K, V>>> byPartition;
    private final int count;

    /** Where iterators are, for a warning about a record that takes very long. */
    private final AtomicReference<@Nullable ConsumerRecord<K, V>> takenLast = new AtomicReference<>();

    /** As whom the consumer was a member when it handed these out. */
    private final @Nullable GroupIdentity identity;

    /** Takes over the map and its lists. */
    Records(Map<TopicPartition, List<ConsumerRecord<K, V>>> byPartition, @Nullable GroupIdentity identity) {
        this.byPartition = byPartition;
        this.identity = identity;
        int sum = 0;
        for (List<?> records : byPartition.values()) {
            sum += records.size();
        }
        this.count = sum;
    }

    /** How many records there are in all. */
    public int count() {
        return count;
    }

    /** Whether there are none. */
    @Override
    public boolean isEmpty() {
        return count == 0;
    }

    /** The partitions that records are of. */
    public Set<TopicPartition> partitions() {
        return Collections.unmodifiableSet(byPartition.keySet());
    }

    /** The records of one partition, in the order of their offsets; empty if there are none. Unmodifiable. */
    public List<ConsumerRecord<K, V>> records(TopicPartition partition) {
        List<ConsumerRecord<K, V>> records = byPartition.get(partition);
        return records == null ? List.of() : Collections.unmodifiableList(records);
    }

    /** All records, one partition after the other. */
    @Override
    public Iterator<ConsumerRecord<K, V>> iterator() {
        return new InTurn<>(byPartition.values().iterator(), takenLast);
    }

    /** A flat map of streams would copy every record into a buffer first. */
    private static final class InTurn<T> implements Iterator<T> {
        private final Iterator<List<T>> lists;
        private final AtomicReference<@Nullable T> takenLast;
        private List<T> list = List.of();
        private int index;

        private InTurn(Iterator<List<T>> lists, AtomicReference<@Nullable T> takenLast) {
            this.lists = lists;
            this.takenLast = takenLast;
        }

        @Override
        public boolean hasNext() {
            while (index == list.size()) {
                if (!lists.hasNext()) {
                    return false;
                }
                list = lists.next();
                index = 0;
            }
            return true;
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            T next = list.get(index++);
            takenLast.setOpaque(next);
            return next;
        }
    }

    /** All records, one partition after the other. */
    public Stream<ConsumerRecord<K, V>> stream() {
        return byPartition.values().stream().flatMap(List::stream);
    }

    /** What to commit once all of these are processed: for each partition the offset after its last record. */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
        Map<TopicPartition, OffsetAndMetadata> next = new TreeMap<>();
        byPartition.forEach((partition, records) -> {
            ConsumerRecord<K, V> last = records.get(records.size() - 1);
            OptionalInt leaderEpoch = last.leaderEpoch();
            next.put(partition, new OffsetAndMetadata(last.offset() + 1, leaderEpoch, ""));
        });
        return next;
    }

    /** As whom the consumer was a member of its group when it handed these out; empty without a group. */
    @Override
    public Optional<GroupMetadata> groupMetadata() {
        return Optional.ofNullable(identity)
                .map(member -> new GroupMetadata(
                        member.groupId(),
                        member.generationId(),
                        member.memberId(),
                        Optional.ofNullable(member.groupInstanceId())));
    }

    /** The record that an iterator returned last; the first one if none was asked. Any thread. */
    @Nullable
    RecordPlace place() {
        ConsumerRecord<K, V> taken = takenLast.getOpaque();
        for (Iterator<List<ConsumerRecord<K, V>>> lists = byPartition.values().iterator();
                taken == null && lists.hasNext(); ) {
            taken = lists.next().get(0);
        }
        return taken == null ? null : new RecordPlace(taken.topicPartition(), taken.offset());
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
