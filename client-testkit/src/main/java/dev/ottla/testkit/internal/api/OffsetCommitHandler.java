package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.OffsetCommitResponse;
import dev.ottla.internal.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import dev.ottla.internal.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import dev.ottla.testkit.internal.group.ConsumerGroup;
import dev.ottla.testkit.internal.group.Group;
import dev.ottla.testkit.internal.group.GroupOffsets.Committed;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OffsetCommit: stores positions of a group, from its members or, while it has none, from anybody. */
@EventLoopConfined
final class OffsetCommitHandler implements ApiHandler<OffsetCommitRequest, OffsetCommitResponse> {
    /** {@code offset.metadata.max.bytes}. */
    static final int METADATA_BYTES_MAX = 4096;

    /** KIP-848: from here on an unknown group has an error of its own. */
    private static final short FIRST_VERSION_WITH_GROUP_NOT_FOUND = 9;

    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 10;

    private final ClusterModel model;

    OffsetCommitHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(OffsetCommitRequest request, Call<OffsetCommitResponse> call) {
        ErrorCode error = GroupCheck.checkCoordinator(model, call, request.groupId());
        ErrorCode groupError = error == ErrorCode.NONE ? checkGroup(request, call.version()) : error;
        List<OffsetCommitResponseTopic> topics = request.topics().stream()
                .map(topic -> new OffsetCommitResponseTopic(
                        topic.name(),
                        topic.topicId(),
                        topic.partitions().stream()
                                .map(each -> new OffsetCommitResponsePartition(
                                        each.partitionIndex(),
                                        commit(request, topic, each, call, groupError)
                                                .code()))
                                .toList()))
                .toList();
        call.reply(new OffsetCommitResponse(0, topics));
    }

    private ErrorCode checkGroup(OffsetCommitRequest request, short version) {
        Group group = model.groups().find(request.groupId());
        if (group instanceof ConsumerGroup
                && request.generationIdOrMemberEpoch() >= 0
                && version < FIRST_VERSION_WITH_GROUP_NOT_FOUND) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        if (group != null) {
            return group.checkCommit(
                    request.memberId(), request.groupInstanceId(), request.generationIdOrMemberEpoch());
        }
        if (request.generationIdOrMemberEpoch() >= 0) {
            return version >= FIRST_VERSION_WITH_GROUP_NOT_FOUND
                    ? ErrorCode.GROUP_ID_NOT_FOUND
                    : ErrorCode.ILLEGAL_GENERATION;
        }
        // Whoever assigns partitions without a group's help still makes a group by committing.
        return model.groups().classic(request.groupId()) == null ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.NONE;
    }

    private ErrorCode commit(
            OffsetCommitRequest request,
            OffsetCommitRequestTopic asked,
            OffsetCommitRequestPartition partition,
            Call<OffsetCommitResponse> call,
            ErrorCode groupError) {
        Topic topic = model.topics().find(asked.name(), asked.topicId());
        if (topic == null) {
            return call.version() >= FIRST_VERSION_WITH_TOPIC_IDS
                    ? ErrorCode.UNKNOWN_TOPIC_ID
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (groupError != ErrorCode.NONE) {
            return groupError;
        }
        ErrorCode wanted = call.wantedError(topic.name(), partition.partitionIndex());
        if (wanted != ErrorCode.NONE) {
            return wanted;
        }
        if (isTooLarge(partition.committedMetadata())) {
            return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        }
        model.groups()
                .offsets(request.groupId())
                .commit(
                        new TopicPartition(topic.name(), partition.partitionIndex()),
                        new Committed(
                                partition.committedOffset(),
                                partition.committedLeaderEpoch(),
                                partition.committedMetadata()));
        return ErrorCode.NONE;
    }

    static boolean isTooLarge(@Nullable String metadata) {
        return metadata != null && metadata.length() > METADATA_BYTES_MAX;
    }
}
