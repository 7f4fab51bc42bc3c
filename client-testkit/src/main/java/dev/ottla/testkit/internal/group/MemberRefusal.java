package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a heartbeat of KIP-848 does not come from the member that it names, or from a former state of it. */
@Immutable
public record MemberRefusal(ErrorCode error, String message) {
    private static final int LEFT_FOR_A_WHILE = -2;

    /**
     * The reason to refuse; null if the request is the member's own.
     *
     * @param known the member that the request is about, found by instance id if it has one
     * @param named the member with the id that the request names
     */
    static @Nullable MemberRefusal of(
            ConsumerGroupHeartbeatRequest request, @Nullable ConsumerMember known, @Nullable ConsumerMember named) {
        if (known == null) {
            return request.memberEpoch() == 0 && named == null ? null : unknown(request);
        }
        if (request.instanceId() != null && !known.id().equals(request.memberId())) {
            return ofOtherIncarnation(request, known);
        }
        return request.memberEpoch() <= 0 ? null : ofEpoch(request, known);
    }

    private static MemberRefusal unknown(ConsumerGroupHeartbeatRequest request) {
        return request.instanceId() == null
                ? new MemberRefusal(
                        ErrorCode.UNKNOWN_MEMBER_ID,
                        "Member " + request.memberId() + " is not a member of group " + request.groupId() + ".")
                : new MemberRefusal(
                        ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + request.instanceId() + " is unknown.");
    }

    private static @Nullable MemberRefusal ofOtherIncarnation(
            ConsumerGroupHeartbeatRequest request, ConsumerMember known) {
        if (request.memberEpoch() != 0) {
            return new MemberRefusal(
                    ErrorCode.FENCED_INSTANCE_ID,
                    "Static member " + request.memberId() + " with instance id " + request.instanceId()
                            + " was fenced by member " + known.id() + ".");
        }
        return known.epoch() == LEFT_FOR_A_WHILE
                ? null
                : new MemberRefusal(
                        ErrorCode.UNRELEASED_INSTANCE_ID,
                        "Static member " + request.memberId() + " with instance id " + request.instanceId()
                                + " cannot join the group because the instance id is owned by " + known.id()
                                + " member.");
    }

    /** A member that has missed the last answer is known by its previous epoch, and has nothing that is not its own. */
    private static @Nullable MemberRefusal ofEpoch(ConsumerGroupHeartbeatRequest request, ConsumerMember known) {
        int received = request.memberEpoch();
        if (received == known.epoch()) {
            return null;
        }
        Set<GroupPartition> owned = GroupPartitions.of(request.topicPartitions());
        boolean isRepeated = received == known.previousEpoch()
                && owned != null
                && known.current().assigned().containsAll(owned);
        if (received < known.epoch() && isRepeated) {
            return null;
        }
        String relation = received > known.epoch() ? "greater" : "smaller";
        return new MemberRefusal(
                ErrorCode.FENCED_MEMBER_EPOCH,
                "The consumer group member has a " + relation + " member epoch (" + received
                        + ") than the one known by the group coordinator (" + known.epoch()
                        + "). The member must abandon all its partitions and rejoin.");
    }

    /** The answer. */
    public ConsumerGroupHeartbeatResponse response() {
        return ConsumerGroupHeartbeatResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }
}
