package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse.Member;
import java.util.Set;

/** A member of a KIP-848 group as ConsumerGroupDescribe shows it. */
@Immutable
final class MemberDescription {
    /** The member speaks the protocol of KIP-848 itself. */
    private static final byte CONSUMER = 1;

    private MemberDescription() {}

    static Member of(ConsumerMember member, Set<GroupPartition> target, GroupPartitions.Names names) {
        return Member.builder()
                .memberId(member.id())
                .instanceId(member.instanceId())
                .rackId(member.rackId())
                .memberEpoch(member.epoch())
                .clientId(member.client().id())
                .clientHost(member.client().host())
                .subscribedTopicNames(member.topicNames())
                .subscribedTopicRegex(member.patternText().isEmpty() ? null : member.patternText())
                .assignment(GroupPartitions.described(member.current().assigned(), names))
                .targetAssignment(GroupPartitions.described(target, names))
                .memberType(CONSUMER)
                .build();
    }
}
