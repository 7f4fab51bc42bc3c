package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.OffsetDeleteRequest;
import dev.ottla.internal.protocol.message.OffsetDeleteResponse;
import dev.ottla.internal.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import dev.ottla.internal.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import dev.ottla.testkit.internal.group.Group;
import java.util.List;

/** OffsetDelete: forgets committed offsets of topics that no member reads (KIP-496). */
@EventLoopConfined
final class OffsetDeleteHandler implements ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse> {
    private static final String CONSUMERS = "consumer";

    private final ClusterModel model;

    OffsetDeleteHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(OffsetDeleteRequest request, Call<OffsetDeleteResponse> call) {
        ErrorCode error = GroupCheck.check(model, call, request.groupId());
        Group group = model.groups().find(request.groupId());
        if (error == ErrorCode.NONE && group == null) {
            error = ErrorCode.GROUP_ID_NOT_FOUND;
        }
        if (error == ErrorCode.NONE
                && group != null
                && !group.isEmpty()
                && !group.protocolType().equals(CONSUMERS)) {
            error = ErrorCode.NON_EMPTY_GROUP;
        }
        if (error != ErrorCode.NONE || group == null) {
            call.reply(new OffsetDeleteResponse(error.code(), 0, List.of()));
            return;
        }
        List<OffsetDeleteResponseTopic> topics = request.topics().stream()
                .map(topic -> new OffsetDeleteResponseTopic(
                        topic.name(),
                        topic.partitions().stream()
                                .map(each -> new OffsetDeleteResponsePartition(
                                        each.partitionIndex(),
                                        delete(group, topic.name(), each.partitionIndex())
                                                .code()))
                                .toList()))
                .toList();
        call.reply(new OffsetDeleteResponse(ErrorCode.NONE.code(), 0, topics));
    }

    private ErrorCode delete(Group group, String topic, int partition) {
        if (model.topics().find(topic) == null) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (group.isSubscribedTo(topic)) {
            return ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC;
        }
        model.groups().offsets(group.id()).delete(new TopicPartition(topic, partition));
        return ErrorCode.NONE;
    }
}
