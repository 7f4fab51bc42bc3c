package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.group.ConsumerProtocol.Subscription;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import dev.ottla.internal.protocol.message.LeaveGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupRequest.MemberIdentity;
import dev.ottla.internal.protocol.message.LeaveGroupResponse;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one member of a classic group, and what it reads of the answers. Owned by the home loop, for {@link
 * ClassicMember}.
 */
@EventLoopConfined
final class GroupRequests {
    private static final short FIRST_LEAVE_VERSION_WITH_MEMBERS = 3;

    private final String groupId;
    private final @Nullable String groupInstanceId;
    private final ConsumerOptions options;
    private final String rack;
    private final TopicSubscription subscription;
    private final List<PartitionAssignor> assignors;

    GroupRequests(
            String groupId,
            ConsumerOptions options,
            String rack,
            TopicSubscription subscription,
            List<PartitionAssignor> assignors) {
        this.groupId = groupId;
        this.groupInstanceId = options.groupInstanceId().orElse(null);
        this.options = options;
        this.rack = rack;
        this.subscription = subscription;
        this.assignors = List.copyOf(assignors);
    }

    /**
     * What JoinGroup was answered.
     *
     * @param members everybody with his subscription for the leader, nobody for others
     */
    record Joined(
            ErrorCode error,
            GroupIdentity identity,
            String leader,
            String protocol,
            boolean skipAssignment,
            List<MemberSubscription> members) {
        boolean isLeader() {
            return identity.memberId().equals(leader);
        }
    }

    /** What SyncGroup was answered. */
    record Synced(ErrorCode error, Set<TopicPartition> partitions) {}

    /** What a member was assigned last, and in which generation. */
    record LastAssigned(Set<TopicPartition> partitions, int generationId) {
        static final LastAssigned NOTHING = new LastAssigned(Set.of(), -1);
    }

    /** Whether members go on with what they have during a rebalance: only if all assignors know of that (KIP-429). */
    boolean isCooperative() {
        return assignors.stream().allMatch(PartitionAssignor::isCooperative);
    }

    /** Asks to be let in; {@code owned} are the partitions that the member reads meanwhile. */
    JoinGroupRequest join(String memberId, Set<TopicPartition> owned, LastAssigned last) {
        Subscription told = new Subscription(subscription.names(), owned, last.generationId(), rack);
        List<JoinGroupRequestProtocol> protocols = new ArrayList<>();
        for (PartitionAssignor assignor : assignors) {
            ByteBuffer userData = assignor.userData(last.partitions(), last.generationId());
            protocols.add(new JoinGroupRequestProtocol(assignor.name(), ConsumerProtocol.subscription(told, userData)));
        }
        return JoinGroupRequest.builder()
                .groupId(groupId)
                .sessionTimeoutMs((int) options.sessionTimeout().toMillis())
                .rebalanceTimeoutMs((int) options.maxPollInterval().toMillis())
                .memberId(memberId)
                .groupInstanceId(groupInstanceId)
                .protocolType(ConsumerProtocol.TYPE)
                .protocols(protocols)
                .build();
    }

    /** Copies everything out of the answer, whose frame is gone afterwards. */
    Joined read(JoinGroupResponse response) {
        List<MemberSubscription> members = new ArrayList<>();
        response.members()
                .forEach(member -> members.add(ConsumerProtocol.readSubscription(
                        member.memberId(), member.groupInstanceId(), member.metadata())));
        String protocol = response.protocolName();
        return new Joined(
                ErrorCode.of(response.errorCode()),
                new GroupIdentity(groupId, response.memberId(), response.generationId(), groupInstanceId),
                response.leader(),
                protocol == null ? "" : protocol,
                response.skipAssignment(),
                members);
    }

    SyncGroupRequest sync(GroupIdentity identity, String protocol, Map<String, List<TopicPartition>> assignments) {
        List<SyncGroupRequestAssignment> encoded = new ArrayList<>();
        assignments.forEach((memberId, partitions) ->
                encoded.add(new SyncGroupRequestAssignment(memberId, ConsumerProtocol.assignment(partitions))));
        return SyncGroupRequest.builder()
                .groupId(groupId)
                .generationId(identity.generationId())
                .memberId(identity.memberId())
                .groupInstanceId(groupInstanceId)
                .protocolType(ConsumerProtocol.TYPE)
                .protocolName(protocol)
                .assignments(encoded)
                .build();
    }

    /** Copies everything out of the answer, whose frame is gone afterwards. */
    Synced read(SyncGroupResponse response) {
        ErrorCode error = ErrorCode.of(response.errorCode());
        return new Synced(
                error, error == ErrorCode.NONE ? ConsumerProtocol.readAssignment(response.assignment()) : Set.of());
    }

    HeartbeatRequest heartbeat(GroupIdentity identity) {
        return new HeartbeatRequest(groupId, identity.generationId(), identity.memberId(), groupInstanceId);
    }

    /** From version 3 on several members can leave at once (KIP-345). */
    RequestMessage<LeaveGroupResponse> leave(String memberId, String reason) {
        return new VersionedRequest<>(
                ApiKey.LEAVE_GROUP,
                version -> version >= FIRST_LEAVE_VERSION_WITH_MEMBERS
                        ? new LeaveGroupRequest(
                                groupId, "", List.of(new MemberIdentity(memberId, groupInstanceId, reason)))
                        : new LeaveGroupRequest(groupId, memberId, List.of()));
    }

    PartitionAssignor assignor(String name) {
        return assignors.stream()
                .filter(assignor -> assignor.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the coordinator chose assignor \"" + name + "\", which this member did not offer"));
    }
}
