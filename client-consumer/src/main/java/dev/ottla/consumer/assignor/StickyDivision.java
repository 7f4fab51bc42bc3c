package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Divides partitions as evenly as the subscriptions allow, and moves no more of them than that takes: first everybody keeps what
 * he had; then each free partition goes to whoever may have it and has the fewest; then, as long as somebody has two more than
 * another whom partitions can reach, perhaps by way of others, they are handed on along the way that takes the fewest from their previous owners. What comes out can't
 * be made more even (Harvey, Ladner, Lovász, Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006). Used by
 * one call of an assignor.
 */
final class StickyDivision {
    private final TopicLayout layout;
    private final Map<TopicPartition, String> previousOwners;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, List<Member>> subscribers = new TreeMap<>();

    /** A member and what it has so far. */
    private static final class Member implements Comparable<Member> {
        static final Comparator<Member> BY_LOAD =
                Comparator.comparingInt((Member member) -> member.load).thenComparing(Comparator.naturalOrder());

        final String memberId;
        final Map<String, TreeSet<TopicPartition>> byTopic = new TreeMap<>();
        int load;

        Member(String memberId) {
            this.memberId = memberId;
        }

        void add(TopicPartition partition) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new TreeSet<>()).add(partition);
            load++;
        }

        void remove(TopicPartition partition) {
            TreeSet<TopicPartition> ofTopic = byTopic.getOrDefault(partition.topic(), new TreeSet<>());
            ofTopic.remove(partition);
            if (ofTopic.isEmpty()) {
                byTopic.remove(partition.topic());
            }
            load--;
        }

        @Override
        public int compareTo(Member other) {
            return memberId.compareTo(other.memberId);
        }
    }

    StickyDivision(
            TopicLayout layout,
            Collection<MemberSubscription> subscriptions,
            Map<TopicPartition, String> previousOwners) {
        this.layout = layout;
        this.previousOwners = previousOwners;
        Map<String, MemberSubscription> inOrder = new TreeMap<>();
        subscriptions.forEach(subscription -> inOrder.put(subscription.memberId(), subscription));
        inOrder.forEach((memberId, subscription) -> {
            Member member = new Member(memberId);
            members.add(member);
            for (String topic : new TreeSet<>(subscription.topics())) {
                if (layout.partitionCount(topic) > 0) {
                    subscribers
                            .computeIfAbsent(topic, name -> new ArrayList<>())
                            .add(member);
                }
            }
        });
    }

    Map<String, List<TopicPartition>> divide() {
        List<TopicPartition> free = keep();
        free.forEach(this::give);
        while (evenOut()) {
            // each time takes one partition from the one that has the most
        }
        Map<String, List<TopicPartition>> assignment = new HashMap<>();
        for (Member member : members) {
            List<TopicPartition> all = new ArrayList<>();
            member.byTopic.values().forEach(all::addAll);
            assignment.put(member.memberId, all);
        }
        return assignment;
    }

    /** Returns what nobody had, first what the fewest may have. */
    private List<TopicPartition> keep() {
        Map<String, Member> byId = new HashMap<>();
        members.forEach(member -> byId.put(member.memberId, member));
        List<TopicPartition> free = new ArrayList<>();
        for (String topic : subscribers.keySet()) {
            for (int i = 0; i < layout.partitionCount(topic); i++) {
                TopicPartition partition = new TopicPartition(topic, i);
                Member owner = byId.get(previousOwners.get(partition));
                if (owner == null) {
                    free.add(partition);
                } else {
                    owner.add(partition);
                }
            }
        }
        free.sort(Comparator.comparingInt(
                partition -> subscribersOf(partition.topic()).size()));
        return free;
    }

    private List<Member> subscribersOf(String topic) {
        return subscribers.getOrDefault(topic, List.of());
    }

    private void give(TopicPartition partition) {
        Collections.min(subscribersOf(partition.topic()), Member.BY_LOAD).add(partition);
    }

    /** Makes one step towards evenness; false if there is none any more. */
    private boolean evenOut() {
        if (members.isEmpty()) {
            return false;
        }
        int fewest = Collections.min(members, Member.BY_LOAD).load;
        List<Member> loaded = new ArrayList<>();
        members.stream().filter(member -> member.load >= fewest + 2).forEach(loaded::add);
        loaded.sort(Member.BY_LOAD.reversed());
        for (Member from : loaded) {
            Map<Member, Handover> ways = waysFrom(from);
            Member to = ways.keySet().stream()
                    .min(Comparator.comparingInt((Member member) -> member.load)
                            .thenComparingInt(member -> cost(ways, member))
                            .thenComparing(Comparator.naturalOrder()))
                    .orElse(from);
            if (to.load <= from.load - 2) {
                handOver(from, to, ways);
                return true;
            }
        }
        return false;
    }

    private static int cost(Map<Member, Handover> ways, Member member) {
        Handover step = ways.get(member);
        return step == null ? 0 : step.cost();
    }

    /**
     * One step of a way: a partition of the topic goes on from a member.
     *
     * @param cost how many partitions leave their previous owners on the way up to here
     */
    private record Handover(Member from, String topic, int cost) {}

    /** The last step of a cheapest way to every member that partitions can reach from this one. */
    private Map<Member, Handover> waysFrom(Member source) {
        Map<Member, Handover> ways = new HashMap<>();
        Deque<Member> next = new ArrayDeque<>(List.of(source));
        Set<Member> done = new HashSet<>();
        for (Member from = next.pollFirst(); from != null; from = next.pollFirst()) {
            if (done.add(from)) {
                for (Map.Entry<String, TreeSet<TopicPartition>> entry : from.byTopic.entrySet()) {
                    boolean costs = isPreviousOwnerOfAll(from, entry.getValue());
                    Handover step = new Handover(from, entry.getKey(), cost(ways, from) + (costs ? 1 : 0));
                    for (Member to : subscribersOf(entry.getKey())) {
                        Handover other = ways.get(to);
                        if (to != source && (other == null || step.cost() < other.cost())) {
                            ways.put(to, step);
                            queue(next, to, costs);
                        }
                    }
                }
            }
        }
        return ways;
    }

    private static void queue(Deque<Member> next, Member member, boolean costs) {
        if (costs) {
            next.addLast(member);
        } else {
            next.addFirst(member);
        }
    }

    private boolean isPreviousOwnerOfAll(Member member, Set<TopicPartition> partitions) {
        return partitions.stream().allMatch(partition -> member.memberId.equals(previousOwners.get(partition)));
    }

    private void handOver(Member source, Member last, Map<Member, Handover> ways) {
        Member to = last;
        while (to != source) {
            Handover step = ways.get(to);
            if (step == null) {
                throw new IllegalStateException("a way that leads nowhere: a defect of this class");
            }
            TopicPartition partition = leastMissed(step, to);
            step.from().remove(partition);
            to.add(partition);
            to = step.from();
        }
    }

    /** What the receiver had before, or else what the giver has not had long, or else the last. */
    private TopicPartition leastMissed(Handover step, Member to) {
        TreeSet<TopicPartition> candidates = step.from().byTopic.getOrDefault(step.topic(), new TreeSet<>());
        @Nullable TopicPartition foreign = null;
        for (TopicPartition partition : candidates) {
            String owner = previousOwners.get(partition);
            if (to.memberId.equals(owner)) {
                return partition;
            }
            if (!step.from().memberId.equals(owner)) {
                foreign = partition;
            }
        }
        return foreign != null ? foreign : candidates.last();
    }
}
