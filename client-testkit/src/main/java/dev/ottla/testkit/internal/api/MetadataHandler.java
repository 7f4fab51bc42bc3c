package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicNames;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataRequest.MetadataRequestTopic;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseBroker;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Metadata: the live brokers and the leaders of partitions; may create topics. */
@EventLoopConfined
final class MetadataHandler implements ApiHandler<MetadataRequest, MetadataResponse> {
    private final ClusterModel model;

    MetadataHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(MetadataRequest request, Call<MetadataResponse> call) {
        MetadataResponse.Builder response = MetadataResponse.builder()
                .brokers(brokers())
                .clusterId(model.clusterId())
                .controllerId(model.brokers().controllerId())
                .topics(asked(request, call).toList());
        if (request.includeClusterAuthorizedOperations()) {
            response.clusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        call.reply(response.build());
    }

    private List<MetadataResponseBroker> brokers() {
        return model.brokers().live().stream()
                .map(broker -> new MetadataResponseBroker(broker.id(), broker.host(), broker.port(), null))
                .toList();
    }

    private Stream<MetadataResponseTopic> asked(MetadataRequest request, Call<MetadataResponse> call) {
        List<MetadataRequestTopic> topics = request.topics();
        if (topics == null || (topics.isEmpty() && call.version() == 0)) {
            return model.topics().all().stream().map(topic -> describe(topic, request));
        }
        return topics.stream().map(topic -> describe(topic, request, call));
    }

    private MetadataResponseTopic describe(
            MetadataRequestTopic asked, MetadataRequest request, Call<MetadataResponse> call) {
        String name = asked.topicId().equals(Wire.ZERO_UUID) ? asked.name() : null;
        Topic topic = name == null
                ? model.topics().find(asked.topicId())
                : model.topics().find(name);
        String label = topic == null ? (name == null ? "" : name) : topic.name();
        ErrorCode wanted = call.wantedError(label, 0);
        if (wanted != ErrorCode.NONE) {
            return refusal(asked, wanted);
        }
        if (topic != null) {
            return describe(topic, request);
        }
        if (name == null) {
            return refusal(asked, ErrorCode.UNKNOWN_TOPIC_ID);
        }
        return refusal(asked, missing(name, request.allowAutoTopicCreation()));
    }

    /** A created topic is not known yet when the answer is given, as a broker only asks the controller to create it. */
    private ErrorCode missing(String name, boolean allowAutoTopicCreation) {
        if (!isLegal(name)) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        }
        if (allowAutoTopicCreation && model.options().autoCreateTopics()) {
            int replicas = Math.min(
                    model.options().defaultReplicationFactor(),
                    model.brokers().live().size());
            model.topics().create(name, model.options().numPartitions(), replicas, Map.of());
        }
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    private static boolean isLegal(String name) {
        try {
            TopicNames.requireLegal(name);
            return true;
        } catch (IllegalArgumentException illegal) {
            return false;
        }
    }

    private static MetadataResponseTopic refusal(MetadataRequestTopic asked, ErrorCode error) {
        String name = asked.name();
        UUID id = name == null ? asked.topicId() : Wire.ZERO_UUID;
        return MetadataResponseTopic.builder()
                .name(name)
                .topicId(id)
                .errorCode(error.code())
                .build();
    }

    private MetadataResponseTopic describe(Topic topic, MetadataRequest request) {
        MetadataResponseTopic.Builder description = MetadataResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.id())
                .partitions(topic.partitions().stream().map(this::describe).toList());
        if (request.includeTopicAuthorizedOperations()) {
            description.topicAuthorizedOperations(AuthorizedOperations.TOPIC);
        }
        return description.build();
    }

    private MetadataResponsePartition describe(Partition partition) {
        boolean hasLeader = partition.leader() != Partition.NO_LEADER;
        return MetadataResponsePartition.builder()
                .errorCode((hasLeader ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE).code())
                .partitionIndex(partition.index())
                .leaderId(partition.leader())
                .leaderEpoch(partition.leaderEpoch())
                .replicaNodes(ints(partition.replicas()))
                .isrNodes(ints(partition.isr()))
                .offlineReplicas(ints(partition.replicas().stream()
                        .filter(id -> !model.brokers().isUp(id))
                        .toList()))
                .build();
    }

    static Ints ints(List<Integer> values) {
        return Ints.of(values.stream().mapToInt(Integer::intValue).toArray());
    }
}
