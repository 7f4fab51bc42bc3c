package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Crashed;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who owns what at one point of a history, by what the members themselves have heard. */
final class Members {
    private final Map<String, Map<TopicPartition, Integer>> owned = new TreeMap<>();
    private final Set<String> gone = new HashSet<>();
    private final Map<String, Integer> assignments = new HashMap<>();

    /** Takes note of what the event says of ownership. */
    void on(HistoryEvent event) {
        if (event instanceof Assigned assigned) {
            String key = key(assigned.group(), assigned.member());
            int number = assignments.merge(key, 1, Integer::sum);
            Map<TopicPartition, Integer> partitions = owned.computeIfAbsent(key, member -> new TreeMap<>());
            assigned.partitions().forEach(partition -> partitions.put(partition, number));
        } else if (event instanceof Revoked revoked) {
            remove(key(revoked.group(), revoked.member()), revoked.partitions());
        } else if (event instanceof Lost lost) {
            remove(key(lost.group(), lost.member()), lost.partitions());
        } else if (event instanceof Crashed crashed) {
            leave(key(crashed.group(), crashed.member()));
        } else if (event instanceof MemberClosed closed) {
            leave(key(closed.group(), closed.member()));
        }
    }

    private void remove(String key, Set<TopicPartition> partitions) {
        Map<TopicPartition, Integer> mine = owned.get(key);
        if (mine != null) {
            mine.keySet().removeAll(partitions);
        }
    }

    private void leave(String key) {
        owned.remove(key);
        gone.add(key);
    }

    boolean isGone(String group, String member) {
        return gone.contains(key(group, member));
    }

    /** By which of its assignments the member owns the partition; 0 if it does not. */
    int assignment(String group, String member, TopicPartition partition) {
        return owned.getOrDefault(key(group, member), Map.of()).getOrDefault(partition, 0);
    }

    /** The members of the group that own the partition. */
    Set<String> owners(String group, TopicPartition partition) {
        Set<String> owners = new TreeSet<>();
        owned.forEach((key, partitions) -> {
            if (key.startsWith(group + "/") && partitions.containsKey(partition)) {
                owners.add(key.substring(group.length() + 1));
            }
        });
        return owners;
    }

    private static String key(String group, String member) {
        return group + "/" + member;
    }
}
