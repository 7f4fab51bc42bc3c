package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import dev.ottla.testkit.internal.log.LogSearch;
import dev.ottla.testkit.internal.log.LogSearch.Found;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.topic.Partition;
import java.util.List;

/** ListOffsets: the offsets at the ends of a log, or at a point in time. */
@EventLoopConfined
final class ListOffsetsHandler implements ApiHandler<ListOffsetsRequest, ListOffsetsResponse> {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;
    private static final byte READ_COMMITTED = 1;

    private final ClusterModel model;

    ListOffsetsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(ListOffsetsRequest request, Call<ListOffsetsResponse> call) {
        List<ListOffsetsTopicResponse> answers = request.topics().stream()
                .map(topic -> new ListOffsetsTopicResponse(
                        topic.name(),
                        topic.partitions().stream()
                                .map(partition -> answer(request, topic, partition, call))
                                .toList()))
                .toList();
        call.reply(new ListOffsetsResponse(0, answers));
    }

    private ListOffsetsPartitionResponse answer(
            ListOffsetsRequest request,
            ListOffsetsTopic topic,
            ListOffsetsPartition asked,
            Call<ListOffsetsResponse> call) {
        ListOffsetsPartitionResponse.Builder answer =
                ListOffsetsPartitionResponse.builder().partitionIndex(asked.partitionIndex());
        Partition partition = model.topics().partition(topic.name(), asked.partitionIndex());
        ErrorCode error = call.wantedError(topic.name(), asked.partitionIndex());
        if (error == ErrorCode.NONE && partition == null) {
            error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (error == ErrorCode.NONE && partition != null) {
            error = partition.checkEpoch(asked.currentLeaderEpoch());
        }
        if (error == ErrorCode.NONE && partition != null) {
            error = partition.checkLeader(call.nodeId());
        }
        if (error != ErrorCode.NONE || partition == null) {
            return answer.errorCode(error.code()).build();
        }
        Found found = find(partition.log(), asked.timestamp(), request.isolationLevel() == READ_COMMITTED);
        answer.timestamp(found.timestamp()).offset(found.offset());
        return call.version() >= 4 ? answer.leaderEpoch(found.leaderEpoch()).build() : answer.build();
    }

    private static Found find(PartitionLog log, long timestamp, boolean readCommitted) {
        long bound = readCommitted ? log.lastStableOffset() : log.highWatermark();
        if (timestamp == LATEST) {
            return new Found(-1, bound, log.latestEpoch());
        }
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL || timestamp == EARLIEST_PENDING_UPLOAD) {
            return new Found(-1, log.logStartOffset(), log.epochAt(log.logStartOffset()));
        }
        if (timestamp == LATEST_TIERED) {
            return new Found(-1, -1, -1);
        }
        return timestamp == MAX_TIMESTAMP
                ? LogSearch.maxTimestamp(log, bound)
                : LogSearch.firstFrom(log, timestamp, bound);
    }
}
