package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.CreateTopicsRequest;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopic;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import dev.ottla.internal.protocol.message.CreateTopicsResponse;
import dev.ottla.internal.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** CreateTopics: the topics by their names, one answer for each. */
@Immutable
record CreateTopics(Map<String, NewTopic> topics, boolean validateOnly)
        implements KeyedRequest<String, CreatedTopic, CreateTopicsResponse> {
    private static final int BROKER_DEFAULTS_VERSION = 4;
    private static final int BROKER_DEFAULT = -1;

    @Override
    public RequestMessage<CreateTopicsResponse> request(List<String> names, int timeoutMs) {
        List<NewTopic> part = names.stream().map(topics::get).toList();
        CreateTopicsRequest message = new CreateTopicsRequest(
                part.stream().map(CreateTopics::creatable).toList(), timeoutMs, validateOnly);
        int lowestVersion = part.stream().anyMatch(NewTopic::needsBrokerDefaults)
                ? BROKER_DEFAULTS_VERSION
                : ApiKey.CREATE_TOPICS.lowestVersion();
        return new VersionedRequest<>(
                ApiKey.CREATE_TOPICS, lowestVersion, ApiKey.CREATE_TOPICS.highestVersion(), version -> message);
    }

    private static CreatableTopic creatable(NewTopic topic) {
        return CreatableTopic.builder()
                .name(topic.name())
                .numPartitions(topic.numPartitions().orElse(BROKER_DEFAULT))
                .replicationFactor((short) topic.replicationFactor().orElse(BROKER_DEFAULT))
                .assignments(topic.assignments().entrySet().stream()
                        .map(entry -> new CreatableReplicaAssignment(
                                entry.getKey(),
                                Ints.of(entry.getValue().stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())))
                        .toList())
                .configs(topic.configs().entrySet().stream()
                        .map(entry -> new CreatableTopicConfig(entry.getKey(), entry.getValue()))
                        .toList())
                .build();
    }

    @Override
    public Map<String, Answer<CreatedTopic>> answers(List<String> names, CreateTopicsResponse response) {
        Map<String, Answer<CreatedTopic>> answers = new HashMap<>();
        for (CreatableTopicResult topic : response.topics()) {
            answers.put(topic.name(), Answer.of(topic.errorCode(), topic.errorMessage(), () -> created(topic)));
        }
        return answers;
    }

    /** Who validates makes up an id too, and throws it away. */
    private CreatedTopic created(CreatableTopicResult topic) {
        return new CreatedTopic(
                topic.name(),
                validateOnly ? Optional.empty() : TopicIds.optional(topic.topicId()),
                topic.numPartitions() < 0 ? OptionalInt.empty() : OptionalInt.of(topic.numPartitions()),
                topic.replicationFactor() < 0 ? OptionalInt.empty() : OptionalInt.of(topic.replicationFactor()));
    }

    /** A second CreateTopics would find the topics of the first; a second validation finds what the first did. */
    @Override
    public RetrySafety retrySafety() {
        return validateOnly ? RetrySafety.REPEATABLE : RetrySafety.ONCE;
    }
}
