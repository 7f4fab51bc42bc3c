package dev.ottla.common;

import java.util.Objects;
import java.util.Optional;

/**
 * As whom a consumer reads in its group; with it, offsets that are committed in a transaction are refused once the group has
 * moved on (KIP-447). Immutable.
 *
 * @param groupId the group's name
 * @param generationId the member's generation, or its epoch in the newer protocol; -1 for one that is not a member
 * @param memberId what the coordinator calls the member; empty for one that is not a member
 * @param groupInstanceId the name of a static member; empty for others
 */
public record GroupMetadata(String groupId, int generationId, String memberId, Optional<String> groupInstanceId) {

    /**
     * Checks that there is a group.
     *
     * @throws IllegalArgumentException if {@code groupId} is empty
     */
    public GroupMetadata {
        Objects.requireNonNull(memberId, "memberId");
        Objects.requireNonNull(groupInstanceId, "groupInstanceId");
        if (groupId.isEmpty()) {
            throw new IllegalArgumentException("groupId must not be empty");
        }
    }

    /** Of a group that nobody is a member of, such as that of a consumer whose partitions were chosen by hand. */
    public static GroupMetadata ofGroup(String groupId) {
        return new GroupMetadata(groupId, -1, "", Optional.empty());
    }
}
