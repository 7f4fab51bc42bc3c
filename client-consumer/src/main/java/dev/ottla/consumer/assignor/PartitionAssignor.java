package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the leader of a classic group divides the partitions among the members. Called on an event loop of the client, so it
 * must neither block nor call back into the consumer. Assignors hold no state: everything that a division depends on is in
 * its arguments.
 */
public interface PartitionAssignor {

    /**
     * Kafka's range assignor: each topic's partitions in ranges over the members that subscribe to it; members and partitions
     * of one rack are brought together where both name theirs (KIP-881).
     */
    static PartitionAssignor range() {
        return new RangeAssignor();
    }

    /** Kafka's round-robin assignor: all partitions dealt out one by one. */
    static PartitionAssignor roundRobin() {
        return new RoundRobinAssignor();
    }

    /**
     * Kafka's sticky assignor (KIP-54, KIP-341): as even as the subscriptions allow, and within that as much as before as can
     * be. Members still give up everything during a rebalance, and get most of it back.
     */
    static PartitionAssignor sticky() {
        return new StickyAssignor();
    }

    /**
     * Kafka's cooperative sticky assignor (KIP-429): divides as {@link #sticky} does, but members go on with all partitions
     * that stay theirs, and only those that move are given up, in a rebalance that follows.
     */
    static PartitionAssignor cooperativeSticky() {
        return new CooperativeStickyAssignor();
    }

    /** The name by which the members of a group agree on one assignor; the same in all of them. */
    String name();

    /**
     * Whether members keep their partitions while the group rebalances (KIP-429). Such an assignor must give no partition to a
     * member while another one still owns it: it leaves that partition out, and the group rebalances once more when it is free.
     */
    default boolean isCooperative() {
        return false;
    }

    /**
     * What the leader should hear of this member besides its subscription; by default nothing.
     *
     * @param lastAssigned what the member was assigned last, although it may own it no longer
     * @param generationId in which generation that was; -1 if in none
     */
    default ByteBuffer userData(Set<TopicPartition> lastAssigned, int generationId) {
        return ByteBuffer.allocate(0);
    }

    /**
     * Divides the partitions.
     *
     * @param topics all topics that members subscribe to and that exist
     * @param members all members of the group, in no particular order
     * @return what each member gets, by member id; who is missing gets nothing. No partition may go to two members.
     */
    Map<String, List<TopicPartition>> assign(TopicLayout topics, Collection<MemberSubscription> members);
}
