package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.CoordinatorLocator;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.ConsumerProtocolAssignment;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse.DescribedGroup;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** DescribeGroups: classic groups, asked of their coordinators; one answer for each. */
@EventLoopConfined
record DescribeGroups(CoordinatorLocator coordinators)
        implements KeyedRequest<String, GroupDescription, DescribeGroupsResponse> {
    private static final String CONSUMER_PROTOCOL = "consumer";
    private static final short ASSIGNMENT_VERSION_MAX = 3;

    @Override
    public RequestMessage<DescribeGroupsResponse> request(List<String> groupIds, int timeoutMs) {
        return new DescribeGroupsRequest(groupIds, false);
    }

    @Override
    public Map<String, Answer<GroupDescription>> answers(List<String> groupIds, DescribeGroupsResponse response) {
        Map<String, Answer<GroupDescription>> answers = new HashMap<>();
        for (DescribedGroup group : response.groups()) {
            answers.put(group.groupId(), answer(group));
        }
        return answers;
    }

    private Answer<GroupDescription> answer(DescribedGroup group) {
        boolean unknown = group.errorCode() == ErrorCode.NONE.code()
                && GroupState.of(group.groupState()) == GroupState.DEAD
                && group.members().isEmpty();
        if (unknown) {
            // Up to version 5 a broker describes a group that it does not know as one that is dead (KIP-1043).
            return new Answer.Refused<>(ErrorCode.GROUP_ID_NOT_FOUND.code(), null);
        }
        try {
            return Answer.of(group.errorCode(), group.errorMessage(), () -> description(group));
        } catch (MalformedMessageException e) {
            return new Answer.Unreadable<>(e);
        }
    }

    private GroupDescription description(DescribedGroup group) {
        return new GroupDescription(
                group.groupId(),
                GroupType.CLASSIC,
                GroupState.of(group.groupState()),
                group.protocolType(),
                group.protocolData(),
                OptionalInt.empty(),
                coordinators.coordinator(group.groupId()),
                group.members().stream()
                        .map(member -> member(group.protocolType(), member))
                        .toList());
    }

    private static MemberDescription member(String protocolType, DescribedGroupMember member) {
        return new MemberDescription(
                member.memberId(),
                Optional.ofNullable(member.groupInstanceId()),
                member.clientId(),
                member.clientHost(),
                OptionalInt.empty(),
                protocolType.equals(CONSUMER_PROTOCOL) ? assignment(member.memberAssignment()) : Set.of(),
                Optional.empty());
    }

    /** The version comes first; a newer one than we know only adds fields at the end. */
    static Set<TopicPartition> assignment(ByteBuf bytes) {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        if (!bytes.isReadable()) {
            return partitions;
        }
        ByteBuf in = bytes.duplicate();
        try {
            short version = (short) Math.min(in.readShort(), ASSIGNMENT_VERSION_MAX);
            ConsumerProtocolAssignment.read(in, version).assignedPartitions().forEach(topic -> {
                for (int partition : topic.partitions().toArray()) {
                    partitions.add(new TopicPartition(topic.topic(), partition));
                }
            });
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new MalformedMessageException(
                    "The assignment of a group's member can't be read: " + e.getMessage(), ErrorDetails.NONE, e);
        }
        return partitions;
    }
}
