package dev.ottla.admin;

import dev.ottla.common.Node;
import java.util.List;
import java.util.OptionalInt;

/**
 * A group and its members. Immutable.
 *
 * @param groupId the group's id
 * @param type by which protocol it works
 * @param state its state
 * @param protocolType {@code consumer} for consumers; empty for a group that only commits offsets
 * @param assignorName the assignor in use, of a classic group the protocol that its members have agreed on; empty while there is
 *     none
 * @param groupEpoch counts the group's changes; empty for classic groups
 * @param coordinator the broker that coordinates it
 * @param members its members; a classic group tells assignments only while it is {@link GroupState#STABLE}
 */
public record GroupDescription(
        String groupId,
        GroupType type,
        GroupState state,
        String protocolType,
        String assignorName,
        OptionalInt groupEpoch,
        Node coordinator,
        List<MemberDescription> members) {

    /** Copies the list. */
    public GroupDescription {
        members = List.copyOf(members);
    }
}
