package dev.ottla.consumer.internal.group;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.assignor.TopicLayout;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * What the leader of a group does between JoinGroup and SyncGroup: learns of the topics that only others subscribe to, then
 * has the assignor divide the partitions. Owned by the home loop.
 */
@EventLoopConfined
final class GroupLeader {
    /** How long to wait for metadata of a topic that may not exist, while the whole group waits. */
    private static final Duration TOPIC_WAIT = Duration.ofSeconds(3);

    /** A broker that has just started may not know its topics yet, so one that is missing counts as gone only after this. */
    static final Duration GONE_AFTER = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final TopicSubscription subscription;

    /** Metadata are asked for again and again as long as a topic is missing, so there is always another look. */
    private final Map<String, Long> missingSinceNanos = new HashMap<>();

    private final Set<String> othersTopics = new HashSet<>();

    GroupLeader(Cluster cluster, TopicSubscription subscription) {
        this.cluster = cluster;
        this.subscription = subscription;
    }

    /**
     * How the partitions were divided.
     *
     * @param partitionsPerTopic of all topics of the group, 0 for those that do not exist: when it changes, so must this
     */
    record Division(Map<String, List<TopicPartition>> byMember, Map<String, Integer> partitionsPerTopic) {}

    CompletableFuture<Division> divide(PartitionAssignor assignor, List<MemberSubscription> members) {
        Set<String> topics = new TreeSet<>();
        members.forEach(member -> topics.addAll(member.topics()));
        followOthers(topics);
        List<CompletableFuture<?>> unknown = new ArrayList<>();
        Metadata metadata = cluster.metadata();
        for (String topic : topics) {
            if (metadata.topic(topic) == null && !metadata.topicErrors().containsKey(topic)) {
                unknown.add(cluster.topic(topic, TOPIC_WAIT.toNanos()).exceptionally(failure -> null));
            }
        }
        return CompletableFuture.allOf(unknown.toArray(CompletableFuture[]::new))
                .thenApply(known -> divide(assignor, members, partitionsPerTopic(topics)));
    }

    private void followOthers(Set<String> topics) {
        Set<String> wanted = new HashSet<>(topics);
        wanted.removeAll(subscription.names());
        for (String topic : wanted) {
            if (othersTopics.add(topic)) {
                cluster.trackExisting(topic);
            }
        }
        othersTopics.removeIf(topic -> {
            boolean gone = !wanted.contains(topic);
            if (gone) {
                cluster.untrackExisting(topic);
            }
            return gone;
        });
    }

    private Map<String, Integer> partitionsPerTopic(Set<String> topics) {
        Map<String, Integer> counts = new TreeMap<>();
        topics.forEach(topic -> counts.put(topic, count(topic)));
        return counts;
    }

    private int count(String name) {
        TopicMetadata topic = cluster.metadata().topic(name);
        return topic == null ? 0 : topic.partitionCount();
    }

    private Division divide(
            PartitionAssignor assignor, List<MemberSubscription> members, Map<String, Integer> partitionsPerTopic) {
        Map<String, Integer> existing = new TreeMap<>(partitionsPerTopic);
        existing.values().removeIf(count -> count == 0);
        boolean racksMatter = members.stream().anyMatch(member -> member.rack().isPresent());
        TopicLayout layout = new TopicLayout(existing, racksMatter ? racks(existing.keySet()) : Map.of());
        Map<String, List<TopicPartition>> byMember = new TreeMap<>(assignor.assign(layout, members));
        members.forEach(member -> byMember.putIfAbsent(member.memberId(), List.of()));
        return new Division(byMember, partitionsPerTopic);
    }

    private Map<TopicPartition, Set<String>> racks(Set<String> topics) {
        Map<TopicPartition, Set<String>> racks = new TreeMap<>();
        Metadata metadata = cluster.metadata();
        for (String name : topics) {
            TopicMetadata topic = metadata.topic(name);
            List<PartitionMetadata> partitions = topic == null ? List.of() : topic.partitions();
            for (PartitionMetadata partition : partitions) {
                racks.put(new TopicPartition(name, partition.partition()), racks(metadata, partition.replicaNodes()));
            }
        }
        return racks;
    }

    private static Set<String> racks(Metadata metadata, Ints nodeIds) {
        Set<String> racks = new TreeSet<>();
        for (int i = 0; i < nodeIds.size(); i++) {
            Node node = metadata.node(nodeIds.get(i));
            String rack = node == null ? null : node.rack();
            if (rack != null) {
                racks.add(rack);
            }
        }
        return racks;
    }

    /**
     * Whether the topics still are what was divided; nobody but the leader of the generation needs to look. A broker that has
     * just started may not know its topics yet, so one that is missing counts as gone only after a while.
     */
    boolean isOutdated(Map<String, Integer> divided) {
        long now = cluster.homeLoop().nanoTime();
        missingSinceNanos.keySet().retainAll(divided.keySet());
        boolean outdated = false;
        for (Map.Entry<String, Integer> entry : divided.entrySet()) {
            int count = count(entry.getKey());
            if (count > 0 || entry.getValue() == 0) {
                missingSinceNanos.remove(entry.getKey());
                outdated |= count != entry.getValue();
            } else {
                long since = missingSinceNanos.computeIfAbsent(entry.getKey(), topic -> now);
                outdated |= now - since >= GONE_AFTER.toNanos();
            }
        }
        return outdated;
    }

    /** Ends the interest in other members' topics. */
    void resign() {
        followOthers(Set.of());
    }
}
