package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One member of a group as the leader sees it while it divides the partitions. Immutable.
 *
 * <p>Members are ordered as Kafka's assignors order them: static members first, by instance id, then the others by member id;
 * so all clients come to the same result.
 *
 * @param memberId given by the coordinator
 * @param groupInstanceId the member's own name, if it is a static member
 * @param topics what it subscribes to, in the order in which it said so
 * @param ownedPartitions what it owned before, as far as it told (KIP-429)
 */
public record MemberSubscription(
        String memberId, Optional<String> groupInstanceId, List<String> topics, List<TopicPartition> ownedPartitions)
        implements Comparable<MemberSubscription> {
    private static final Comparator<MemberSubscription> ORDER = Comparator.<MemberSubscription, Boolean>comparing(
                    member -> member.groupInstanceId().isEmpty())
            .thenComparing(member -> member.groupInstanceId().orElse(member.memberId()));

    /** Copies the lists. */
    public MemberSubscription {
        topics = List.copyOf(topics);
        ownedPartitions = List.copyOf(ownedPartitions);
    }

    @Override
    public int compareTo(MemberSubscription other) {
        return ORDER.compare(this, other);
    }
}
