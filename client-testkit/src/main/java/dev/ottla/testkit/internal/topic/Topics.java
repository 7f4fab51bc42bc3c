package dev.ottla.testkit.internal.topic;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All topics, by name and by id, and where the replicas of new partitions go. Owned by the cluster's loop. */
@EventLoopConfined
public final class Topics {
    private final Brokers brokers;
    private final RandomGenerator random;
    private final TreeMap<String, Topic> byName = new TreeMap<>();
    private final Map<UUID, Topic> byId = new HashMap<>();
    private final Watchers changes = new Watchers();
    private int placed;

    public Topics(Brokers brokers, RandomGenerator random) {
        this.brokers = brokers;
        this.random = random;
    }

    /** All topics, by name. */
    public Collection<Topic> all() {
        return byName.values();
    }

    public @Nullable Topic find(String name) {
        return byName.get(name);
    }

    public @Nullable Topic find(UUID id) {
        return byId.get(id);
    }

    /** The topic that a request names in a version that names topics, or in one that gives their ids. */
    public @Nullable Topic find(String name, UUID id) {
        return id.equals(Wire.ZERO_UUID) ? find(name) : find(id);
    }

    /** A partition; null if it or its topic does not exist. */
    public @Nullable Partition partition(String name, int index) {
        Topic topic = find(name);
        return topic == null ? null : topic.partition(index);
    }

    /** Woken when topics or partitions come or go, for those who assign partitions to members. */
    public Watchers changes() {
        return changes;
    }

    /** A new id, never the zero one. */
    public UUID newId() {
        return new UUID(random.nextLong() | 1, random.nextLong());
    }

    /** Creates a topic whose replicas go to the live brokers in turn. */
    public Topic create(String name, int partitions, int replicationFactor, Map<String, String> configs) {
        List<List<Integer>> assignment = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            assignment.add(place(replicationFactor));
        }
        return create(name, assignment, configs);
    }

    /** Creates a topic with the replicas of each partition. */
    public Topic create(String name, List<List<Integer>> assignment, Map<String, String> configs) {
        if (byName.containsKey(name)) {
            throw new IllegalArgumentException("topic " + name + " exists already");
        }
        Topic topic = new Topic(name, newId(), configs);
        byName.put(name, topic);
        byId.put(topic.id(), topic);
        assignment.forEach(replicas -> add(topic, replicas));
        changes.wake();
        return topic;
    }

    /** Adds partitions to a topic, as many as there are lists of replicas. */
    public void addPartitions(Topic topic, List<List<Integer>> assignment) {
        assignment.forEach(replicas -> add(topic, replicas));
        changes.wake();
    }

    /** The replicas for one more partition: each partition begins with the broker after the last one's first. */
    public List<Integer> place(int replicationFactor) {
        List<Broker> live = brokers.live();
        List<Integer> replicas = new ArrayList<>();
        for (int i = 0; i < replicationFactor; i++) {
            replicas.add(live.get((placed + i) % live.size()).id());
        }
        placed++;
        return replicas;
    }

    public void delete(Topic topic) {
        byName.remove(topic.name());
        byId.remove(topic.id());
        topic.partitions().forEach(Partition::onDeleted);
        changes.wake();
    }

    private void add(Topic topic, List<Integer> replicas) {
        List<Integer> isr = replicas.stream().filter(brokers::isUp).toList();
        topic.partitions()
                .add(new Partition(topic, topic.partitions().size(), replicas, isr.isEmpty() ? replicas : isr));
    }
}
