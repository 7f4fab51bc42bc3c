package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * How the leader of a classic group divides the partitions among the members. Called on an event loop of the client, so it
 * must neither block nor call back into the consumer; its instances are used by one group each.
 */
public interface PartitionAssignor {

    /** Kafka's range assignor: each topic's partitions in ranges over the members that subscribe to it. */
    static PartitionAssignor range() {
        return new RangeAssignor();
    }

    /** Kafka's round-robin assignor: all partitions dealt out one by one. */
    static PartitionAssignor roundRobin() {
        return new RoundRobinAssignor();
    }

    /** The name by which the members of a group agree on one assignor; the same in all of them. */
    String name();

    /**
     * Divides the partitions. A topic that does not exist is not in {@code partitionsPerTopic}.
     *
     * @param partitionsPerTopic how many partitions each topic has
     * @param members all members of the group, in no particular order
     * @return what each member gets, by member id; who is missing gets nothing. No partition may go to two members.
     */
    Map<String, List<TopicPartition>> assign(
            Map<String, Integer> partitionsPerTopic, Collection<MemberSubscription> members);
}
