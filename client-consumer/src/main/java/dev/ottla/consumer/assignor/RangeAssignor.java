package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * As Kafka's {@code RangeAssignor} (KIP-881). Topics with the same subscribers and as many partitions are divided alike, also
 * where racks matter, so that who has partition 3 of one has partition 3 of the other. Stateless.
 */
final class RangeAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "range";
    }

    /** Topics that are divided together. */
    private record Alike(List<String> memberIds, int partitions) {}

    @Override
    public Map<String, List<TopicPartition>> assign(TopicLayout layout, Collection<MemberSubscription> members) {
        List<TopicRanges> topics = new ArrayList<>();
        subscribers(members).forEach((topic, subscribers) -> {
            if (layout.partitionCount(topic) > 0) {
                topics.add(new TopicRanges(topic, layout, subscribers));
            }
        });
        if (topics.stream().anyMatch(TopicRanges::mindsRacks)) {
            Map<Alike, List<TopicRanges>> alike = new HashMap<>();
            for (TopicRanges topic : topics) {
                alike.computeIfAbsent(new Alike(topic.memberIds(), topic.partitionCount()), key -> new ArrayList<>())
                        .add(topic);
            }
            alike.values().forEach(RangeAssignor::matchRacks);
        }
        topics.forEach(TopicRanges::assignRest);

        Map<String, List<TopicPartition>> assignment = new HashMap<>();
        members.forEach(member -> assignment.put(member.memberId(), new ArrayList<>()));
        topics.forEach(topic -> topic.addTo(assignment));
        return assignment;
    }

    private static Map<String, Set<MemberSubscription>> subscribers(Collection<MemberSubscription> members) {
        Map<String, Set<MemberSubscription>> subscribers = new TreeMap<>();
        for (MemberSubscription member : members) {
            for (String topic : member.topics()) {
                subscribers.computeIfAbsent(topic, name -> new TreeSet<>()).add(member);
            }
        }
        return subscribers;
    }

    private static void matchRacks(List<TopicRanges> alike) {
        TopicRanges first = alike.get(0);
        if (alike.size() > 1) {
            for (int partition = 0; partition < first.partitionCount(); partition++) {
                matchRacks(alike, first.memberIds(), partition);
            }
        } else if (first.mindsRacks()) {
            first.assignWithinRacks();
        }
    }

    /** Gives one partition of all topics to the first member that has room for it and shares a rack with each of them. */
    private static void matchRacks(List<TopicRanges> alike, List<String> memberIds, int partition) {
        for (String memberId : memberIds) {
            if (alike.stream().allMatch(topic -> topic.room(memberId) > 0 && topic.sharesRack(memberId, partition))) {
                alike.forEach(topic -> topic.assign(memberId, partition));
                return;
            }
        }
    }
}
