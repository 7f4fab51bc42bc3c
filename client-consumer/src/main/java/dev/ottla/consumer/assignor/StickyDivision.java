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

/**
 * Divides partitions as evenly as the subscriptions allow, and moves no more of them than that takes: first everybody keeps what
 * he had; then each free partition goes to whoever may have it and has the fewest; then, as long as somebody has two more than
 * another whom partitions can reach, perhaps by way of others, they are handed on along the way that takes the fewest from their
 * previous owners. What comes out can't be made more even (Harvey, Ladner, Lovász, Tamir, "Semi-matchings for bipartite graphs
 * and load balancing", 2006). At last an {@link Exchange} brings back what need not have moved. Used by one call of an assignor.
 */
final class StickyDivision {
    private final TopicLayout layout;
    private final Map<TopicPartition, String> previousOwners;
    private final List<Portion> portions = new ArrayList<>();
    private final Map<String, List<Portion>> subscribers = new TreeMap<>();

    StickyDivision(
            TopicLayout layout,
            Collection<MemberSubscription> subscriptions,
            Map<TopicPartition, String> previousOwners) {
        this.layout = layout;
        this.previousOwners = previousOwners;
        Map<String, MemberSubscription> inOrder = new TreeMap<>();
        subscriptions.forEach(subscription -> inOrder.put(subscription.memberId(), subscription));
        inOrder.forEach((memberId, subscription) -> {
            Portion portion = new Portion(memberId, previousOwners);
            portions.add(portion);
            for (String topic : new TreeSet<>(subscription.topics())) {
                if (layout.partitionCount(topic) > 0) {
                    subscribers
                            .computeIfAbsent(topic, name -> new ArrayList<>())
                            .add(portion);
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
        new Exchange(portions, subscribers, previousOwners).bringHome();
        Map<String, List<TopicPartition>> assignment = new HashMap<>();
        portions.forEach(portion -> assignment.put(portion.memberId(), portion.all()));
        return assignment;
    }

    /** Returns what nobody had, first what the fewest may have. */
    private List<TopicPartition> keep() {
        Map<String, Portion> byId = new HashMap<>();
        portions.forEach(portion -> byId.put(portion.memberId(), portion));
        List<TopicPartition> free = new ArrayList<>();
        for (String topic : subscribers.keySet()) {
            for (int i = 0; i < layout.partitionCount(topic); i++) {
                TopicPartition partition = new TopicPartition(topic, i);
                Portion owner = byId.get(previousOwners.get(partition));
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

    private List<Portion> subscribersOf(String topic) {
        return subscribers.getOrDefault(topic, List.of());
    }

    private void give(TopicPartition partition) {
        Collections.min(subscribersOf(partition.topic()), Portion.BY_LOAD).add(partition);
    }

    /** Makes one step towards evenness; false if there is none any more. */
    private boolean evenOut() {
        if (portions.isEmpty()) {
            return false;
        }
        int fewest = Collections.min(portions, Portion.BY_LOAD).load();
        List<Portion> loaded = new ArrayList<>();
        portions.stream().filter(portion -> portion.load() >= fewest + 2).forEach(loaded::add);
        loaded.sort(Portion.BY_LOAD.reversed());
        for (Portion from : loaded) {
            Map<Portion, Handover> ways = waysFrom(from);
            Portion to = ways.keySet().stream()
                    .min(Comparator.comparingInt(Portion::load)
                            .thenComparingInt(portion -> cost(ways, portion))
                            .thenComparing(Comparator.naturalOrder()))
                    .orElse(from);
            if (to.load() <= from.load() - 2) {
                handOver(from, to, ways);
                return true;
            }
        }
        return false;
    }

    private static int cost(Map<Portion, Handover> ways, Portion portion) {
        Handover step = ways.get(portion);
        return step == null ? 0 : step.cost();
    }

    /**
     * One step of a way: a partition of the topic goes on from a member.
     *
     * @param cost how many partitions leave their previous owners on the way up to here
     */
    private record Handover(Portion from, String topic, int cost) {}

    /** The last step of a cheapest way to every member that partitions can reach from this one. */
    private Map<Portion, Handover> waysFrom(Portion source) {
        Map<Portion, Handover> ways = new HashMap<>();
        Deque<Portion> next = new ArrayDeque<>(List.of(source));
        Set<Portion> done = new HashSet<>();
        for (Portion from = next.pollFirst(); from != null; from = next.pollFirst()) {
            if (done.add(from)) {
                for (String topic : from.byTopic().keySet()) {
                    boolean costs = from.missesAnyOf(topic);
                    Handover step = new Handover(from, topic, cost(ways, from) + (costs ? 1 : 0));
                    for (Portion to : subscribersOf(topic)) {
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

    private static void queue(Deque<Portion> next, Portion portion, boolean costs) {
        if (costs) {
            next.addLast(portion);
        } else {
            next.addFirst(portion);
        }
    }

    private static void handOver(Portion source, Portion last, Map<Portion, Handover> ways) {
        Portion to = last;
        while (to != source) {
            Handover step = ways.get(to);
            if (step == null) {
                throw new IllegalStateException("a way that leads nowhere: a defect of this class");
            }
            step.from().handOver(step.topic(), to);
            to = step.from();
        }
    }
}
