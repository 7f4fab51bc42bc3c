package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import dev.ottla.internal.protocol.message.DeleteTopicsResponse;
import dev.ottla.internal.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.List;
import java.util.stream.Stream;

/** DeleteTopics: by name, or by id from version 6 on (KIP-516); what groups have committed for them goes too. */
@EventLoopConfined
final class DeleteTopicsHandler implements ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse> {
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 6;

    private final ClusterModel model;

    DeleteTopicsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DeleteTopicsRequest request, Call<DeleteTopicsResponse> call) {
        Stream<DeleteTopicState> asked = call.version() >= FIRST_VERSION_WITH_TOPIC_IDS
                ? request.topics().stream()
                : request.topicNames().stream().map(name -> new DeleteTopicState(name, Wire.ZERO_UUID));
        List<DeletableTopicResult> results =
                asked.map(each -> delete(each, call)).toList();
        call.reply(new DeleteTopicsResponse(0, results));
    }

    private DeletableTopicResult delete(DeleteTopicState asked, Call<DeleteTopicsResponse> call) {
        String name = asked.name();
        boolean byId = !asked.topicId().equals(Wire.ZERO_UUID);
        if (byId == (name != null)) {
            return refused(asked, ErrorCode.INVALID_REQUEST, "Exactly one of topic name and topic id must be given.");
        }
        Topic topic = name == null
                ? model.topics().find(asked.topicId())
                : model.topics().find(name);
        if (topic == null) {
            ErrorCode error = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            return refused(
                    asked,
                    error,
                    byId
                            ? "This server does not host this topic ID."
                            : "This server does not host this topic-partition.");
        }
        ErrorCode wanted = call.wantedError(topic.name(), 0);
        if (wanted != ErrorCode.NONE) {
            return refused(asked, wanted, "");
        }
        model.topics().delete(topic);
        model.groups().onTopicDeleted(topic.name());
        return new DeletableTopicResult(topic.name(), topic.id(), ErrorCode.NONE.code(), null);
    }

    private static DeletableTopicResult refused(DeleteTopicState asked, ErrorCode error, String message) {
        return new DeletableTopicResult(asked.name(), asked.topicId(), error.code(), message);
    }
}
