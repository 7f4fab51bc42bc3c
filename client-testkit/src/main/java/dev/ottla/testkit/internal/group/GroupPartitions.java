package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Partitions of a KIP-848 group as requests and answers have them: by topic. */
@Immutable
final class GroupPartitions {
    private GroupPartitions() {}

    /** The name of a topic; null if it is gone. */
    interface Names {
        @Nullable
        String of(UUID topicId);
    }

    /** Null as it is. */
    static @Nullable Set<GroupPartition> of(
            @Nullable List<ConsumerGroupHeartbeatRequest.TopicPartitions> topicPartitions) {
        if (topicPartitions == null) {
            return null;
        }
        Set<GroupPartition> partitions = new TreeSet<>();
        for (ConsumerGroupHeartbeatRequest.TopicPartitions topic : topicPartitions) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                partitions.add(
                        new GroupPartition(topic.topicId(), topic.partitions().get(i)));
            }
        }
        return partitions;
    }

    static ConsumerGroupHeartbeatResponse.Assignment told(Set<GroupPartition> partitions) {
        List<ConsumerGroupHeartbeatResponse.TopicPartitions> topics = new ArrayList<>();
        byTopic(partitions)
                .forEach((topicId, indexes) ->
                        topics.add(new ConsumerGroupHeartbeatResponse.TopicPartitions(topicId, ints(indexes))));
        return new ConsumerGroupHeartbeatResponse.Assignment(topics);
    }

    static ConsumerGroupDescribeResponse.Assignment described(Set<GroupPartition> partitions, Names names) {
        List<ConsumerGroupDescribeResponse.TopicPartitions> topics = new ArrayList<>();
        byTopic(partitions).forEach((topicId, indexes) -> {
            String name = names.of(topicId);
            if (name != null) {
                topics.add(new ConsumerGroupDescribeResponse.TopicPartitions(topicId, name, ints(indexes)));
            }
        });
        return new ConsumerGroupDescribeResponse.Assignment(topics);
    }

    private static Map<UUID, List<Integer>> byTopic(Set<GroupPartition> partitions) {
        Map<UUID, List<Integer>> byTopic = new TreeMap<>();
        new TreeSet<>(partitions)
                .forEach(each -> byTopic.computeIfAbsent(each.topicId(), topic -> new ArrayList<>())
                        .add(each.partition()));
        return byTopic;
    }

    private static Ints ints(List<Integer> values) {
        return Ints.of(values.stream().mapToInt(Integer::intValue).toArray());
    }
}
