package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds out who owned each partition, when several say that they did: who says so for the latest generation, and nobody if two
 * say so for the same one (KIP-341). Used by one division.
 */
final class PreviousOwners {
    private final TopicLayout layout;
    private final Map<TopicPartition, Owner> owners = new HashMap<>();

    private record Owner(String memberId, int generationId, boolean disputed) {}

    PreviousOwners(TopicLayout layout) {
        this.layout = layout;
    }

    /** Counts what a member may go on with: what it subscribes to and what still exists. */
    void claim(MemberSubscription member, Claim claim) {
        Set<String> topics = new HashSet<>(member.topics());
        for (TopicPartition partition : new HashSet<>(claim.partitions())) {
            if (topics.contains(partition.topic()) && layout.contains(partition)) {
                Owner owner = new Owner(member.memberId(), claim.generationId(), false);
                owners.merge(partition, owner, PreviousOwners::later);
            }
        }
    }

    private static Owner later(Owner one, Owner other) {
        if (one.generationId() == other.generationId()) {
            return new Owner(one.memberId(), one.generationId(), true);
        }
        return one.generationId() > other.generationId() ? one : other;
    }

    /** The member of each partition that is certainly had by one. */
    Map<TopicPartition, String> byPartition() {
        Map<TopicPartition, String> certain = new HashMap<>();
        owners.forEach((partition, owner) -> {
            if (!owner.disputed()) {
                certain.put(partition, owner.memberId());
            }
        });
        return certain;
    }
}
