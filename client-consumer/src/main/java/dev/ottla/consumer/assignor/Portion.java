package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a member has so far while partitions are divided. Ordered by member id. Used by one division. */
final class Portion implements Comparable<Portion> {
    static final Comparator<Portion> BY_LOAD =
            Comparator.comparingInt(Portion::load).thenComparing(Comparator.naturalOrder());

    private final String memberId;
    private final Map<TopicPartition, String> previousOwners;
    private final SortedMap<String, SortedSet<TopicPartition>> byTopic = new TreeMap<>();
    private final Map<String, Integer> gainedOfTopic = new HashMap<>();
    private int load;

    Portion(String memberId, Map<TopicPartition, String> previousOwners) {
        this.memberId = memberId;
        this.previousOwners = previousOwners;
    }

    String memberId() {
        return memberId;
    }

    int load() {
        return load;
    }

    /** The topics that there are partitions of, with these. */
    SortedMap<String, SortedSet<TopicPartition>> byTopic() {
        return byTopic;
    }

    List<TopicPartition> all() {
        List<TopicPartition> all = new ArrayList<>();
        byTopic.values().forEach(all::addAll);
        return all;
    }

    void add(TopicPartition partition) {
        byTopic.computeIfAbsent(partition.topic(), topic -> new TreeSet<>()).add(partition);
        countGained(partition, 1);
        load++;
    }

    void remove(TopicPartition partition) {
        SortedSet<TopicPartition> ofTopic = byTopic.getOrDefault(partition.topic(), new TreeSet<>());
        ofTopic.remove(partition);
        if (ofTopic.isEmpty()) {
            byTopic.remove(partition.topic());
        }
        countGained(partition, -1);
        load--;
    }

    private void countGained(TopicPartition partition, int change) {
        if (!isOwn(partition)) {
            gainedOfTopic.merge(partition.topic(), change, Integer::sum);
        }
    }

    /** Whether the member had it before. */
    boolean isOwn(TopicPartition partition) {
        return memberId.equals(previousOwners.get(partition));
    }

    /** Whether giving up a partition of the topic, one that is here, takes it from its previous owner. */
    boolean missesAnyOf(String topic) {
        return gainedOfTopic.getOrDefault(topic, 0) == 0;
    }

    /** Hands one of the topic on: what the receiver had before, or else what this member did not have, or else the last. */
    void handOver(String topic, Portion receiver) {
        SortedSet<TopicPartition> candidates = byTopic.getOrDefault(topic, new TreeSet<>());
        TopicPartition choice = candidates.last();
        for (TopicPartition partition : candidates) {
            if (receiver.isOwn(partition)) {
                choice = partition;
                break;
            }
            choice = isOwn(partition) ? choice : partition;
        }
        handOver(choice, receiver);
    }

    void handOver(TopicPartition partition, Portion receiver) {
        remove(partition);
        receiver.add(partition);
    }

    @Override
    public int compareTo(Portion other) {
        return memberId.compareTo(other.memberId);
    }
}
