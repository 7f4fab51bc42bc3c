package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsRequest;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsResponse;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsResponse.Cursor;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** DescribeTopicPartitions (KIP-966): topics by name, so many partitions at a time. */
@EventLoopConfined
final class DescribeTopicPartitionsHandler
        implements ApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> {
    /** {@code max.request.partition.size.limit}. */
    private static final int PARTITIONS_MAX = 2000;

    private final ClusterModel model;

    DescribeTopicPartitionsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DescribeTopicPartitionsRequest request, Call<DescribeTopicPartitionsResponse> call) {
        int left = Math.min(PARTITIONS_MAX, request.responsePartitionLimit());
        List<DescribeTopicPartitionsResponseTopic> described = new ArrayList<>();
        @Nullable Cursor next = null;
        for (String name : names(request)) {
            int from = request.cursor() != null && request.cursor().topicName().equals(name)
                    ? request.cursor().partitionIndex()
                    : 0;
            if (left == 0) {
                next = new Cursor(name, from);
                break;
            }
            Topic topic = model.topics().find(name);
            if (topic == null) {
                described.add(unknown(name));
                continue;
            }
            int to = Math.min(topic.partitions().size(), from + left);
            described.add(describe(topic, from, to));
            left -= to - from;
            if (to < topic.partitions().size()) {
                next = new Cursor(name, to);
                break;
            }
        }
        call.reply(new DescribeTopicPartitionsResponse(0, described, next));
    }

    /** Sorted, so that a cursor means the same in every request. */
    private Iterable<String> names(DescribeTopicPartitionsRequest request) {
        TreeSet<String> names = new TreeSet<>();
        if (request.topics().isEmpty()) {
            model.topics().all().forEach(topic -> names.add(topic.name()));
        }
        request.topics().stream().map(TopicRequest::name).forEach(names::add);
        return request.cursor() == null ? names : names.tailSet(request.cursor().topicName());
    }

    private static DescribeTopicPartitionsResponseTopic unknown(String name) {
        return DescribeTopicPartitionsResponseTopic.builder()
                .name(name)
                .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code())
                .topicAuthorizedOperations(AuthorizedOperations.TOPIC)
                .build();
    }

    private DescribeTopicPartitionsResponseTopic describe(Topic topic, int from, int to) {
        return DescribeTopicPartitionsResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.id())
                .partitions(topic.partitions().subList(from, to).stream()
                        .map(this::describe)
                        .toList())
                .topicAuthorizedOperations(AuthorizedOperations.TOPIC)
                .build();
    }

    private DescribeTopicPartitionsResponsePartition describe(Partition partition) {
        boolean hasLeader = partition.leader() != Partition.NO_LEADER;
        return DescribeTopicPartitionsResponsePartition.builder()
                .errorCode((hasLeader ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE).code())
                .partitionIndex(partition.index())
                .leaderId(partition.leader())
                .leaderEpoch(partition.leaderEpoch())
                .replicaNodes(MetadataHandler.ints(partition.replicas()))
                .isrNodes(MetadataHandler.ints(partition.isr()))
                .eligibleLeaderReplicas(Ints.EMPTY)
                .lastKnownElr(Ints.EMPTY)
                .offlineReplicas(MetadataHandler.ints(partition.replicas().stream()
                        .filter(id -> !model.brokers().isUp(id))
                        .toList()))
                .build();
    }
}
