package dev.ottla.admin;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts a group's offsets, its members and the ends of the partitions together. Pure. */
@Immutable
record GroupLag(Map<TopicPartition, MemberDescription> members, Results<TopicPartition, OffsetAndMetadata> committed) {

    static GroupLag of(GroupDescription group, Results<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, MemberDescription> members = new TreeMap<>();
        for (MemberDescription member : group.members()) {
            member.assignment().forEach(partition -> members.put(partition, member));
        }
        return new GroupLag(members, committed);
    }

    /** The partitions whose ends are needed: those with a committed offset and those that a member has. */
    List<TopicPartition> partitions() {
        Set<TopicPartition> partitions = new TreeSet<>(members.keySet());
        partitions.addAll(committed.values().keySet());
        partitions.removeAll(committed.failures().keySet());
        return List.copyOf(partitions);
    }

    /** A partition fails if either its committed offset or its end could not be told. */
    Results<TopicPartition, PartitionLag> upTo(Results<TopicPartition, Long> ends) {
        Map<TopicPartition, PartitionLag> lags = new TreeMap<>();
        ends.values()
                .forEach((partition, end) -> lags.put(
                        partition,
                        new PartitionLag(
                                Optional.ofNullable(committed.values().get(partition)),
                                end,
                                Optional.ofNullable(members.get(partition)))));
        Map<TopicPartition, KafkaException> failures = new TreeMap<>(ends.failures());
        failures.putAll(committed.failures());
        return new Results<>(lags, failures);
    }
}
