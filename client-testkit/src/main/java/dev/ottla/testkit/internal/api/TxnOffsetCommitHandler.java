package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import dev.ottla.testkit.internal.api.TransactionCheck.Verification;
import dev.ottla.testkit.internal.group.Group;
import dev.ottla.testkit.internal.group.GroupOffsets.Committed;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import java.util.List;

/** TxnOffsetCommit: keeps positions of a group until the producer's transaction ends (KIP-98, KIP-447). */
@EventLoopConfined
final class TxnOffsetCommitHandler implements ApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse> {
    private static final short FIRST_VERSION_WITH_ABORTABLE = 4;
    private static final short FIRST_VERSION_THAT_ADDS = 5;

    private final ClusterModel model;

    TxnOffsetCommitHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(TxnOffsetCommitRequest request, Call<TxnOffsetCommitResponse> call) {
        ErrorCode groupError = check(request, call);
        List<TxnOffsetCommitResponseTopic> topics = request.topics().stream()
                .map(topic -> new TxnOffsetCommitResponseTopic(
                        topic.name(),
                        topic.partitions().stream()
                                .map(each -> new TxnOffsetCommitResponsePartition(
                                        each.partitionIndex(),
                                        commit(request, topic, each, call, groupError)
                                                .code()))
                                .toList()))
                .toList();
        call.reply(new TxnOffsetCommitResponse(0, topics));
    }

    private ErrorCode check(TxnOffsetCommitRequest request, Call<TxnOffsetCommitResponse> call) {
        ErrorCode error = GroupCheck.check(model, call, request.groupId());
        if (error == ErrorCode.NONE) {
            error = TransactionCheck.checkWrite(
                    model,
                    verification(call.version()),
                    request.transactionalId(),
                    producer(request),
                    null,
                    request.groupId());
        }
        return error == ErrorCode.NONE ? checkGroup(request) : error;
    }

    private static Verification verification(short version) {
        if (version >= FIRST_VERSION_THAT_ADDS) {
            return Verification.ADD;
        }
        return version >= FIRST_VERSION_WITH_ABORTABLE ? Verification.REFUSE_ABORTABLE : Verification.REFUSE;
    }

    private static ProducerIdentity producer(TxnOffsetCommitRequest request) {
        return new ProducerIdentity(request.producerId(), request.producerEpoch());
    }

    private ErrorCode checkGroup(TxnOffsetCommitRequest request) {
        Group group = model.groups().find(request.groupId());
        if (group == null && request.generationId() >= 0) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        if (group == null) {
            // As with OffsetCommit, whoever commits makes the group.
            group = model.groups().classic(request.groupId());
        }
        return group == null
                ? ErrorCode.UNKNOWN_MEMBER_ID
                : group.checkTransactionalCommit(request.memberId(), request.groupInstanceId(), request.generationId());
    }

    private ErrorCode commit(
            TxnOffsetCommitRequest request,
            TxnOffsetCommitRequestTopic topic,
            TxnOffsetCommitRequestPartition partition,
            Call<TxnOffsetCommitResponse> call,
            ErrorCode groupError) {
        if (model.topics().partition(topic.name(), partition.partitionIndex()) == null) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (groupError != ErrorCode.NONE) {
            return groupError;
        }
        ErrorCode wanted = call.wantedError(topic.name(), partition.partitionIndex());
        if (wanted != ErrorCode.NONE) {
            return wanted;
        }
        if (OffsetCommitHandler.isTooLarge(partition.committedMetadata())) {
            return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        }
        model.groups()
                .offsets(request.groupId())
                .addPending(
                        request.producerId(),
                        new TopicPartition(topic.name(), partition.partitionIndex()),
                        new Committed(
                                partition.committedOffset(),
                                partition.committedLeaderEpoch(),
                                partition.committedMetadata()));
        return ErrorCode.NONE;
    }
}
