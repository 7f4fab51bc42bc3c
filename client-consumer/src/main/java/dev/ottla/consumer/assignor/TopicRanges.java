package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** One topic while {@link RangeAssignor} divides it. Used by one call of it. */
final class TopicRanges {
    private final String topic;
    private final TopicLayout layout;
    private final int each;
    private int withOneMore;
    private final TreeSet<Integer> unassigned = new TreeSet<>();
    private final Map<String, Optional<String>> racks = new LinkedHashMap<>();
    private final Map<String, Set<Integer>> assigned = new LinkedHashMap<>();

    TopicRanges(String topic, TopicLayout layout, Collection<MemberSubscription> subscribersInOrder) {
        this.topic = topic;
        this.layout = layout;
        for (MemberSubscription member : subscribersInOrder) {
            assigned.put(member.memberId(), new TreeSet<>());
            racks.put(member.memberId(), member.rack());
        }
        for (int partition = 0; partition < layout.partitionCount(topic); partition++) {
            unassigned.add(partition);
        }
        this.each = unassigned.size() / assigned.size();
        this.withOneMore = unassigned.size() % assigned.size();
    }

    List<String> memberIds() {
        return List.copyOf(assigned.keySet());
    }

    int partitionCount() {
        return layout.partitionCount(topic);
    }

    /** Whether some member is nearer to some partitions than to others. */
    boolean mindsRacks() {
        Set<String> ofMembers = new HashSet<>();
        racks.values().forEach(rack -> rack.ifPresent(ofMembers::add));
        Set<String> ofTopic = layout.racks(topic);
        ofMembers.retainAll(ofTopic);
        if (ofMembers.isEmpty()) {
            return false;
        }
        for (int partition = 0; partition < partitionCount(); partition++) {
            if (!layout.racks(new TopicPartition(topic, partition)).equals(ofTopic)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the member may read the partition within its rack; one without a rack is at home everywhere. */
    boolean sharesRack(String memberId, int partition) {
        Optional<String> rack = racks.getOrDefault(memberId, Optional.empty());
        return rack.isEmpty()
                || layout.racks(new TopicPartition(topic, partition)).contains(rack.get());
    }

    /** How many more partitions the member may get. */
    int room(String memberId) {
        int most = each + (withOneMore > 0 ? 1 : 0);
        return Math.max(0, most - partitions(memberId).size());
    }

    private Set<Integer> partitions(String memberId) {
        return assigned.computeIfAbsent(memberId, id -> new TreeSet<>());
    }

    void assign(String memberId, int partition) {
        unassigned.remove(partition);
        partitions(memberId).add(partition);
        if (partitions(memberId).size() == each + 1) {
            withOneMore--;
        }
    }

    void assignWithinRacks() {
        assignRanges(this::sharesRack);
    }

    void assignRest() {
        assignRanges((memberId, partition) -> true);
    }

    private void assignRanges(BiPredicate<String, Integer> mayHave) {
        for (String memberId : memberIds()) {
            List<Integer> range = new ArrayList<>();
            int room = room(memberId);
            for (int partition : unassigned) {
                if (range.size() < room && mayHave.test(memberId, partition)) {
                    range.add(partition);
                }
            }
            range.forEach(partition -> assign(memberId, partition));
        }
    }

    void addTo(Map<String, List<TopicPartition>> assignment) {
        assigned.forEach((memberId, partitions) -> {
            List<TopicPartition> all = assignment.computeIfAbsent(memberId, id -> new ArrayList<>());
            partitions.forEach(partition -> all.add(new TopicPartition(topic, partition)));
        });
    }
}
