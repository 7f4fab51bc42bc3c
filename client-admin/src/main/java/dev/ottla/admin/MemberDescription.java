package dev.ottla.admin;

import dev.ottla.common.TopicPartition;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A member of a group. Immutable.
 *
 * @param memberId the member's id
 * @param groupInstanceId the member's {@code group.instance.id}, if it is static
 * @param clientId the {@code client.id} of the member's client
 * @param clientHost the address that the client connects from, as the broker sees it
 * @param memberEpoch how far the member has followed the group's changes; empty in classic groups
 * @param assignment the partitions that it has now; empty in groups that are not of consumers
 * @param targetAssignment the partitions that it shall have; empty in classic groups
 */
public record MemberDescription(
        String memberId,
        Optional<String> groupInstanceId,
        String clientId,
        String clientHost,
        OptionalInt memberEpoch,
        Set<TopicPartition> assignment,
        Optional<Set<TopicPartition>> targetAssignment) {

    /** Copies the sets. */
    public MemberDescription {
        assignment = Set.copyOf(assignment);
        targetAssignment = targetAssignment.map(Set::copyOf);
    }
}
