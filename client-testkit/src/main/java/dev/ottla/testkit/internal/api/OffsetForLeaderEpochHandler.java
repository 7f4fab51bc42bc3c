package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochRequest;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochResponse;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.topic.Partition;
import java.util.List;

/** OffsetForLeaderEpoch: where an epoch ended in this log, so that a consumer sees whether it was truncated (KIP-320). */
@EventLoopConfined
final class OffsetForLeaderEpochHandler
        implements ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> {
    private final ClusterModel model;

    OffsetForLeaderEpochHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(OffsetForLeaderEpochRequest request, Call<OffsetForLeaderEpochResponse> call) {
        List<OffsetForLeaderTopicResult> answers = request.topics().stream()
                .map(topic -> new OffsetForLeaderTopicResult(
                        topic.topic(),
                        topic.partitions().stream()
                                .map(partition -> answer(topic.topic(), partition, call))
                                .toList()))
                .toList();
        call.reply(new OffsetForLeaderEpochResponse(0, answers));
    }

    private EpochEndOffset answer(
            String topic, OffsetForLeaderPartition asked, Call<OffsetForLeaderEpochResponse> call) {
        Partition partition = model.topics().partition(topic, asked.partition());
        if (partition == null) {
            return refusal(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        ErrorCode error = call.wantedError(topic, asked.partition());
        if (error == ErrorCode.NONE) {
            error = partition.checkEpoch(asked.currentLeaderEpoch());
        }
        if (error == ErrorCode.NONE) {
            error = partition.checkLeader(call.nodeId());
        }
        if (error != ErrorCode.NONE) {
            return refusal(asked, error);
        }
        PartitionLog log = partition.log();
        return new EpochEndOffset(
                ErrorCode.NONE.code(),
                asked.partition(),
                log.endingEpoch(asked.leaderEpoch()),
                log.endOffsetOf(asked.leaderEpoch()));
    }

    private static EpochEndOffset refusal(OffsetForLeaderPartition asked, ErrorCode error) {
        return new EpochEndOffset(error.code(), asked.partition(), -1, -1);
    }
}
