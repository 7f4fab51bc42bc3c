package dev.ottla.admin;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A topic to be created. Immutable: each method returns a changed copy. Nothing is checked here;
 * {@link TopicAdmin#create(NewTopic...)} checks all topics of a call at once.
 *
 * @param name the topic's name
 * @param numPartitions how many partitions; empty for the broker's default ({@code num.partitions}), which brokers before 2.4
 *     do not offer, and with {@code assignments}
 * @param replicationFactor how many replicas of each partition; empty for the broker's default
 *     ({@code default.replication.factor}), which brokers before 2.4 do not offer, and with {@code assignments}
 * @param assignments the brokers of each partition, the preferred leader first; empty to leave it to the cluster
 * @param configs the topic's own settings by their keys, such as {@code retention.ms}
 */
public record NewTopic(
        String name,
        OptionalInt numPartitions,
        OptionalInt replicationFactor,
        Map<Integer, List<Integer>> assignments,
        Map<String, String> configs) {

    /** Copies the maps. */
    public NewTopic {
        Objects.requireNonNull(name, "name");
        Map<Integer, List<Integer>> brokers = new TreeMap<>();
        assignments.forEach((partition, nodeIds) -> brokers.put(partition, List.copyOf(nodeIds)));
        assignments = Collections.unmodifiableMap(brokers);
        configs = Collections.unmodifiableMap(new LinkedHashMap<>(configs));
    }

    /** A topic with the broker's default number of partitions and replicas. */
    public static NewTopic of(String name) {
        return new NewTopic(name, OptionalInt.empty(), OptionalInt.empty(), Map.of(), Map.of());
    }

    /** With so many partitions, at least 1. */
    public NewTopic partitions(int count) {
        return new NewTopic(name, OptionalInt.of(count), replicationFactor, assignments, configs);
    }

    /** With so many replicas of each partition, 1 to 32767, and not more than there are brokers. */
    public NewTopic replicationFactor(int count) {
        return new NewTopic(name, numPartitions, OptionalInt.of(count), assignments, configs);
    }

    /**
     * With replicas on these brokers, and as many partitions as there are keys, which are 0, 1, 2 and so on. Excludes
     * {@link #partitions(int)} and {@link #replicationFactor(int)}.
     */
    public NewTopic assignments(Map<Integer, List<Integer>> brokersByPartition) {
        return new NewTopic(name, numPartitions, replicationFactor, brokersByPartition, configs);
    }

    /** With this setting besides those it has. */
    public NewTopic config(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(configs);
        more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return new NewTopic(name, numPartitions, replicationFactor, assignments, more);
    }

    /** Whether the broker has to fill in a number, which brokers can from CreateTopics version 4 on (KIP-464). */
    boolean needsBrokerDefaults() {
        return assignments.isEmpty() && (numPartitions.isEmpty() || replicationFactor.isEmpty());
    }

    void check(ArgumentChecks checks) {
        String topic = "topic \"" + name + "\": ";
        numPartitions.ifPresent(
                count -> checks.require(count >= 1, topic + "partitions must be at least 1, was " + count));
        replicationFactor.ifPresent(count -> checks.require(
                count >= 1 && count <= Short.MAX_VALUE,
                topic + "replicationFactor must be 1 to " + Short.MAX_VALUE + ", was " + count));
        checks.require(
                assignments.isEmpty() || (numPartitions.isEmpty() && replicationFactor.isEmpty()),
                topic + "assignments decide partitions and replicationFactor, so neither may be set beside them");
        checks.require(
                List.copyOf(assignments.keySet())
                        .equals(IntStream.range(0, assignments.size()).boxed().toList()),
                topic + "assignments must name partitions 0 to n-1 without gaps, named " + assignments.keySet());
        assignments.forEach((partition, brokers) -> checks.require(
                !brokers.isEmpty()
                        && new HashSet<>(brokers).size() == brokers.size()
                        && brokers.stream().allMatch(broker -> broker >= 0),
                topic + "partition " + partition + " needs different brokers with ids of at least 0, has " + brokers));
        checks.require(
                configs.keySet().stream().noneMatch(String::isBlank), topic + "the key of a config must not be blank");
    }
}
