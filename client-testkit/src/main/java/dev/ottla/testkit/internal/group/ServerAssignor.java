package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.Immutable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * How the coordinator spreads partitions over the members of a KIP-848 group: pure functions, so that the same group always gets
 * the same. They promise what Kafka's assignors of the same names promise, not the same partition for the same member.
 */
@Immutable
enum ServerAssignor {
    /** Nobody has two more than another who could have one of them; what can stay where it is stays. */
    UNIFORM("uniform") {
        @Override
        Map<String, Set<GroupPartition>> assign(
                Map<String, Set<UUID>> subscriptions,
                Map<UUID, Integer> partitionCounts,
                Map<String, Set<GroupPartition>> previous) {
            Map<String, Set<GroupPartition>> target = kept(subscriptions, partitionCounts, previous);
            Set<GroupPartition> free = new TreeSet<>();
            partitionCounts.forEach((topicId, count) -> {
                for (int i = 0; i < count; i++) {
                    free.add(new GroupPartition(topicId, i));
                }
            });
            target.values().forEach(free::removeAll);
            for (GroupPartition each : free) {
                List<String> takers = takers(each, subscriptions);
                if (!takers.isEmpty()) {
                    partitionsOf(poorest(takers, target), target).add(each);
                }
            }
            level(subscriptions, target);
            return target;
        }
    },

    /** Each topic is cut into as many ranges as it has subscribers. */
    RANGE("range") {
        @Override
        Map<String, Set<GroupPartition>> assign(
                Map<String, Set<UUID>> subscriptions,
                Map<UUID, Integer> partitionCounts,
                Map<String, Set<GroupPartition>> previous) {
            Map<String, Set<GroupPartition>> target = new TreeMap<>();
            subscriptions.keySet().forEach(member -> target.put(member, new TreeSet<>()));
            partitionCounts.forEach((topicId, count) -> {
                List<String> subscribers = takers(new GroupPartition(topicId, 0), subscriptions);
                int next = 0;
                for (int i = 0; i < subscribers.size(); i++) {
                    int size = count / subscribers.size() + (i < count % subscribers.size() ? 1 : 0);
                    for (int end = next + size; next < end; next++) {
                        partitionsOf(subscribers.get(i), target).add(new GroupPartition(topicId, next));
                    }
                }
            });
            return target;
        }
    };

    private final String text;

    ServerAssignor(String text) {
        this.text = text;
    }

    /** The name in the protocol. */
    String text() {
        return text;
    }

    /**
     * Gives each partition to one of those who are subscribed to its topic.
     *
     * @param subscriptions the topics of each member
     * @param partitionCounts how many partitions the topics have
     * @param previous what members had before
     */
    abstract Map<String, Set<GroupPartition>> assign(
            Map<String, Set<UUID>> subscriptions,
            Map<UUID, Integer> partitionCounts,
            Map<String, Set<GroupPartition>> previous);

    private static Map<String, Set<GroupPartition>> kept(
            Map<String, Set<UUID>> subscriptions,
            Map<UUID, Integer> partitionCounts,
            Map<String, Set<GroupPartition>> previous) {
        Map<String, Set<GroupPartition>> kept = new TreeMap<>();
        subscriptions.forEach((member, topics) -> {
            Set<GroupPartition> own = new TreeSet<>(previous.getOrDefault(member, Set.of()));
            own.removeIf(each -> !topics.contains(each.topicId())
                    || each.partition() >= partitionCounts.getOrDefault(each.topicId(), 0));
            kept.put(member, own);
        });
        return kept;
    }

    /** Moves single partitions from those who have more to those who have at least two less, until nobody has. */
    private static void level(Map<String, Set<UUID>> subscriptions, Map<String, Set<GroupPartition>> target) {
        boolean hasMoved = true;
        while (hasMoved) {
            hasMoved = false;
            for (String member : target.keySet()) {
                for (GroupPartition each : List.copyOf(partitionsOf(member, target))) {
                    String poorest = poorest(takers(each, subscriptions), target);
                    if (partitionsOf(member, target).size()
                            >= partitionsOf(poorest, target).size() + 2) {
                        partitionsOf(member, target).remove(each);
                        partitionsOf(poorest, target).add(each);
                        hasMoved = true;
                    }
                }
            }
        }
    }

    private static Set<GroupPartition> partitionsOf(String member, Map<String, Set<GroupPartition>> target) {
        return target.computeIfAbsent(member, id -> new TreeSet<>());
    }

    private static List<String> takers(GroupPartition partition, Map<String, Set<UUID>> subscriptions) {
        List<String> takers = new ArrayList<>();
        new TreeMap<>(subscriptions).forEach((member, topics) -> {
            if (topics.contains(partition.topicId())) {
                takers.add(member);
            }
        });
        return takers;
    }

    private static String poorest(Collection<String> members, Map<String, Set<GroupPartition>> target) {
        return members.stream()
                .min(Comparator.comparingInt(
                        member -> partitionsOf(member, target).size()))
                .orElseThrow();
    }
}
