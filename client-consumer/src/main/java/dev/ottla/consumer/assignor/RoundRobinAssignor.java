package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** As Kafka's {@code RoundRobinAssignor}. Stateless. */
final class RoundRobinAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "roundrobin";
    }

    @Override
    public Map<String, List<TopicPartition>> assign(TopicLayout layout, Collection<MemberSubscription> members) {
        Map<String, List<TopicPartition>> assignment = new HashMap<>();
        members.forEach(member -> assignment.put(member.memberId(), new ArrayList<>()));
        List<MemberSubscription> inOrder = members.stream().sorted().toList();
        TreeSet<String> topics = new TreeSet<>();
        members.forEach(member -> topics.addAll(member.topics()));
        int turn = 0;
        for (String topic : topics) {
            for (int partition = 0; partition < layout.partitionCount(topic); partition++) {
                while (!inOrder.get(turn).topics().contains(topic)) {
                    turn = (turn + 1) % inOrder.size();
                }
                assignment
                        .computeIfAbsent(inOrder.get(turn).memberId(), id -> new ArrayList<>())
                        .add(new TopicPartition(topic, partition));
                turn = (turn + 1) % inOrder.size();
            }
        }
        return assignment;
    }
}
