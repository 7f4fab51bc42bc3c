package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.CoordinatorLocator;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse.Assignment;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse.Member;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** ConsumerGroupDescribe (KIP-848): groups of the new protocol, asked of their coordinators; one answer for each. */
@EventLoopConfined
record DescribeConsumerGroups(CoordinatorLocator coordinators)
        implements KeyedRequest<String, GroupDescription, ConsumerGroupDescribeResponse> {
    private static final String CONSUMER_PROTOCOL = "consumer";

    /** Whether the failure says that the group is of another type, or that the broker has no such groups. */
    static boolean mayBeClassic(KafkaException failure) {
        return failure.code() == ErrorCode.GROUP_ID_NOT_FOUND || failure instanceof UnsupportedVersionException;
    }

    @Override
    public RequestMessage<ConsumerGroupDescribeResponse> request(List<String> groupIds, int timeoutMs) {
        return new ConsumerGroupDescribeRequest(groupIds, false);
    }

    @Override
    public Map<String, Answer<GroupDescription>> answers(
            List<String> groupIds, ConsumerGroupDescribeResponse response) {
        Map<String, Answer<GroupDescription>> answers = new HashMap<>();
        for (DescribedGroup group : response.groups()) {
            answers.put(group.groupId(), Answer.of(group.errorCode(), group.errorMessage(), () -> description(group)));
        }
        return answers;
    }

    private GroupDescription description(DescribedGroup group) {
        return new GroupDescription(
                group.groupId(),
                GroupType.CONSUMER,
                GroupState.of(group.groupState()),
                CONSUMER_PROTOCOL,
                group.assignorName(),
                OptionalInt.of(group.groupEpoch()),
                coordinators.coordinator(group.groupId()),
                group.members().stream().map(DescribeConsumerGroups::member).toList());
    }

    private static MemberDescription member(Member member) {
        return new MemberDescription(
                member.memberId(),
                Optional.ofNullable(member.instanceId()),
                member.clientId(),
                member.clientHost(),
                OptionalInt.of(member.memberEpoch()),
                partitions(member.assignment()),
                Optional.of(partitions(member.targetAssignment())));
    }

    private static Set<TopicPartition> partitions(Assignment assignment) {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        assignment.topicPartitions().forEach(topic -> {
            for (int partition : topic.partitions().toArray()) {
                partitions.add(new TopicPartition(topic.topicName(), partition));
            }
        });
        return partitions;
    }
}
