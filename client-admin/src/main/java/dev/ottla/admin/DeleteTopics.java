package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import dev.ottla.internal.protocol.message.DeleteTopicsResponse;
import dev.ottla.internal.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** DeleteTopics, by name: one answer for each topic. */
@Immutable
record DeleteTopics() implements KeyedRequest<String, DeletedTopic, DeleteTopicsResponse> {
    private static final int TOPIC_STATES_VERSION = 6;

    /** Up to version 5 topics are names, from version 6 on they are structs that have either a name or an id (KIP-516). */
    @Override
    public RequestMessage<DeleteTopicsResponse> request(List<String> names, int timeoutMs) {
        List<DeleteTopicState> states = names.stream()
                .map(name -> new DeleteTopicState(name, Wire.ZERO_UUID))
                .toList();
        return new VersionedRequest<>(
                ApiKey.DELETE_TOPICS,
                version -> version >= TOPIC_STATES_VERSION
                        ? new DeleteTopicsRequest(states, List.of(), timeoutMs)
                        : new DeleteTopicsRequest(List.of(), names, timeoutMs));
    }

    @Override
    public Map<String, Answer<DeletedTopic>> answers(List<String> names, DeleteTopicsResponse response) {
        Map<String, Answer<DeletedTopic>> answers = new HashMap<>();
        for (DeletableTopicResult topic : response.responses()) {
            String name = topic.name();
            if (name != null) {
                answers.put(
                        name,
                        Answer.of(
                                topic.errorCode(),
                                topic.errorMessage(),
                                () -> new DeletedTopic(name, TopicIds.optional(topic.topicId()))));
            }
        }
        return answers;
    }

    /** A second one would not find the topics that the first has deleted. */
    @Override
    public RetrySafety retrySafety() {
        return RetrySafety.ONCE;
    }
}
