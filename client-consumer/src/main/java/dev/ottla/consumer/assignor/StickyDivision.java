package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Divides partitions as evenly as the subscriptions allow, and moves no more of them than that takes: first everybody keeps what
 * he had; then each free partition goes to whoever may have it and has the fewest; then a {@link Leveling} hands partitions on
 * from those that have more than others; at last an {@link Exchange} brings back what need not have moved. Used by one call of an
 * assignor.
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
        new Leveling(portions, subscribers).level();
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
}
