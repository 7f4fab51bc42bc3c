package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DeleteRecordsRequest;
import dev.ottla.internal.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import dev.ottla.internal.protocol.message.DeleteRecordsResponse;
import dev.ottla.internal.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import dev.ottla.internal.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.topic.Partition;

/** DeleteRecords: logs begin later (KIP-107). */
@EventLoopConfined
final class DeleteRecordsHandler implements ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse> {
    private static final long HIGH_WATERMARK = -1;
    private static final long UNKNOWN = -1;

    private final ClusterModel model;

    DeleteRecordsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DeleteRecordsRequest request, Call<DeleteRecordsResponse> call) {
        call.reply(new DeleteRecordsResponse(
                0,
                request.topics().stream()
                        .map(topic -> new DeleteRecordsTopicResult(
                                topic.name(),
                                topic.partitions().stream()
                                        .map(partition -> delete(topic.name(), partition, call))
                                        .toList()))
                        .toList()));
    }

    private DeleteRecordsPartitionResult delete(
            String topic, DeleteRecordsPartition asked, Call<DeleteRecordsResponse> call) {
        Partition partition = model.topics().partition(topic, asked.partitionIndex());
        ErrorCode error = call.wantedError(topic, asked.partitionIndex());
        if (error == ErrorCode.NONE) {
            error = partition == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : partition.checkLeader(call.nodeId());
        }
        if (error == ErrorCode.NONE && partition != null) {
            PartitionLog log = partition.log();
            long offset = asked.offset() == HIGH_WATERMARK ? log.highWatermark() : asked.offset();
            if (offset >= 0 && offset <= log.highWatermark()) {
                log.deleteBefore(offset);
                return new DeleteRecordsPartitionResult(
                        asked.partitionIndex(), log.logStartOffset(), ErrorCode.NONE.code());
            }
            error = ErrorCode.OFFSET_OUT_OF_RANGE;
        }
        return new DeleteRecordsPartitionResult(asked.partitionIndex(), UNKNOWN, error.code());
    }
}
