package dev.ottla.admin;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import java.util.Arrays;
import java.util.List;

/** Consumer groups as brokers describe them, for tests. */
final class ConsumerGroups {
    static final TopicPartition T0 = new TopicPartition("t", 0);
    static final TopicPartition T1 = new TopicPartition("t", 1);
    static final TopicPartition T2 = new TopicPartition("t", 2);

    private ConsumerGroups() {}

    static ConsumerGroupDescribeResponse.DescribedGroup consumerGroup(
            String groupId, ErrorCode error, ConsumerGroupDescribeResponse.Member... members) {
        return ConsumerGroupDescribeResponse.DescribedGroup.builder()
                .groupId(groupId)
                .errorCode(error.code())
                .groupState("Reconciling")
                .groupEpoch(7)
                .assignorName("uniform")
                .members(List.of(members))
                .build();
    }

    static ConsumerGroupDescribeResponse.Assignment assignment(TopicPartition... partitions) {
        return new ConsumerGroupDescribeResponse.Assignment(Arrays.stream(partitions)
                .map(partition -> new ConsumerGroupDescribeResponse.TopicPartitions(
                        Wire.ZERO_UUID, partition.topic(), Ints.of(partition.partition())))
                .toList());
    }

    static ConsumerGroupDescribeResponse.Member consumerMember(String memberId, TopicPartition... partitions) {
        return ConsumerGroupDescribeResponse.Member.builder()
                .memberId(memberId)
                .clientId("client")
                .clientHost("/127.0.0.1")
                .memberEpoch(6)
                .assignment(assignment(partitions))
                .targetAssignment(assignment(T2))
                .build();
    }
}
