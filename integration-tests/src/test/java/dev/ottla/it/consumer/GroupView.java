package dev.ottla.it.consumer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What {@code kafka-consumer-groups --describe} shows of a group, asked with the admin of kafka-clients as it does.
 *
 * @param members by client id, with the number of partitions that each has
 * @param committed the sum of all committed offsets
 * @param lag the sum of what lies between them and the ends of the logs
 */
record GroupView(String type, String state, String assignor, String members, long committed, long lag) {
    private static final long PATIENCE_SECONDS = 60;

    static GroupView of(Admin admin, String group) throws InterruptedException, ExecutionException, TimeoutException {
        ConsumerGroupDescription described = admin.describeConsumerGroups(List.of(group))
                .all()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .get(group);
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(committed.keySet().stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                .all()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long committedSum =
                committed.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
        long endSum =
                ends.values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
        return new GroupView(
                described.type().toString(),
                described.groupState().toString(),
                described.partitionAssignor(),
                described.members().stream()
                        .map(member -> member.clientId() + ": "
                                + member.assignment().topicPartitions().size())
                        .sorted()
                        .collect(Collectors.joining(", ")),
                committedSum,
                endSum - committedSum);
    }
}
