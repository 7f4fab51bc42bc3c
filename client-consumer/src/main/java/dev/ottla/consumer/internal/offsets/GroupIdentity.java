package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * As whom offsets are committed: a member in one generation of its group, or {@link #outsider} of the group.
 *
 * @param generationId or the member epoch (KIP-848)
 * @param groupInstanceId for static membership (KIP-345), or null
 * @param assignmentId counts the assignments that this consumer has had, and the topics that were created anew; by itself, not
 *     sent. Whoever has got records as one identity may commit them as a later one, if the partitions have been kept since then:
 *     see {@link Assignment#heldSince}.
 */
@Immutable
public record GroupIdentity(
        String groupId,
        String memberId,
        int generationId,
        @Nullable String groupInstanceId,
        long assignmentId) {
    private static final int NO_GENERATION = -1;

    /** An identity as the coordinator gives it. */
    public GroupIdentity(String groupId, String memberId, int generationId, @Nullable String groupInstanceId) {
        this(groupId, memberId, generationId, groupInstanceId, 0);
    }

    /** A consumer that commits for the group without being its member; works while the group has no members. */
    public static GroupIdentity outsider(String groupId) {
        return new GroupIdentity(groupId, "", NO_GENERATION, null);
    }

    /** Whether this is a member of the group. */
    public boolean isMember() {
        return !memberId.isEmpty();
    }

    /** The same, after this assignment. */
    public GroupIdentity at(long newAssignmentId) {
        return new GroupIdentity(groupId, memberId, generationId, groupInstanceId, newAssignmentId);
    }

    /** Whether the coordinator sees no difference. */
    public boolean isMemberOfSameGeneration(@Nullable GroupIdentity other) {
        return other != null && memberId.equals(other.memberId) && generationId == other.generationId;
    }
}
