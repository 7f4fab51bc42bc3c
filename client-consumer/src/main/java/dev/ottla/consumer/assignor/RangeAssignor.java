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

/** As Kafka's {@code RangeAssignor}, without its regard for racks. Stateless. */
final class RangeAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, List<TopicPartition>> assign(
            Map<String, Integer> partitionsPerTopic, Collection<MemberSubscription> members) {
        Map<String, List<TopicPartition>> assignment = new HashMap<>();
        members.forEach(member -> assignment.put(member.memberId(), new ArrayList<>()));
        subscribers(members).forEach((topic, subscribers) -> {
            int partitions = partitionsPerTopic.getOrDefault(topic, 0);
            int each = partitions / subscribers.size();
            int withOneMore = partitions % subscribers.size();
            int next = 0;
            for (MemberSubscription member : subscribers) {
                int end = next + each + (withOneMore-- > 0 ? 1 : 0);
                List<TopicPartition> mine = assignment.computeIfAbsent(member.memberId(), id -> new ArrayList<>());
                while (next < end) {
                    mine.add(new TopicPartition(topic, next++));
                }
            }
        });
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
}
