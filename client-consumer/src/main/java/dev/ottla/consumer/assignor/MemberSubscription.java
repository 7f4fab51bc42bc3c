package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
 * @param generationId the generation in which it owned them, if it told (KIP-792)
 * @param rack where it runs, if it told (KIP-881)
 * @param userData what {@link PartitionAssignor#userData} of the same assignor gave on the member's side, read-only; empty if
 *     nothing
 */
public record MemberSubscription(
        String memberId,
        Optional<String> groupInstanceId,
        List<String> topics,
        List<TopicPartition> ownedPartitions,
        OptionalInt generationId,
        Optional<String> rack,
        ByteBuffer userData)
        implements Comparable<MemberSubscription> {
    private static final Comparator<MemberSubscription> ORDER = Comparator.<MemberSubscription, Boolean>comparing(
                    member -> member.groupInstanceId().isEmpty())
            .thenComparing(member -> member.groupInstanceId().orElse(member.memberId()));

    /** Copies the lists. */
    public MemberSubscription {
        topics = List.copyOf(topics);
        ownedPartitions = List.copyOf(ownedPartitions);
        userData = userData.asReadOnlyBuffer();
    }

    /** A member that tells neither generation nor rack. */
    public MemberSubscription(
            String memberId,
            Optional<String> groupInstanceId,
            List<String> topics,
            List<TopicPartition> ownedPartitions) {
        this(
                memberId,
                groupInstanceId,
                topics,
                ownedPartitions,
                OptionalInt.empty(),
                Optional.empty(),
                ByteBuffer.allocate(0));
    }

    /** What the member's assignor said, from its beginning, whoever has read it before. */
    @Override
    public ByteBuffer userData() {
        return userData.duplicate();
    }

    @Override
    public int compareTo(MemberSubscription other) {
        return ORDER.compare(this, other);
    }
}
