package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Copies;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The topics that a leader divides: how many partitions each has, and in which racks their replicas are. Immutable. A topic
 * that does not exist is not in it.
 *
 * @param partitionsPerTopic how many partitions each topic has
 * @param racks where each partition has replicas; empty if the brokers have no racks, or if no member named its own
 */
public record TopicLayout(Map<String, Integer> partitionsPerTopic, Map<TopicPartition, Set<String>> racks) {

    /** Copies the maps. */
    public TopicLayout {
        partitionsPerTopic = Copies.of(partitionsPerTopic);
        Map<TopicPartition, Set<String>> copies = new HashMap<>();
        racks.forEach((partition, names) -> copies.put(partition, Copies.of(names)));
        racks = Copies.of(copies);
    }

    /** A layout without racks. */
    public static TopicLayout of(Map<String, Integer> partitionsPerTopic) {
        return new TopicLayout(partitionsPerTopic, Map.of());
    }

    /** How many partitions the topic has; zero if it does not exist. */
    public int partitionCount(String topic) {
        return partitionsPerTopic.getOrDefault(topic, 0);
    }

    /** The racks of the partition's replicas; empty if they are not known. */
    public Set<String> racks(TopicPartition partition) {
        return racks.getOrDefault(partition, Set.of());
    }

    /** Whether the partition exists. */
    public boolean contains(TopicPartition partition) {
        return partition.partition() < partitionCount(partition.topic());
    }

    /** All racks of the topic's partitions. */
    Set<String> racks(String topic) {
        Set<String> all = new HashSet<>();
        for (int partition = 0; partition < partitionCount(topic); partition++) {
            all.addAll(racks(new TopicPartition(topic, partition)));
        }
        return all;
    }
}
