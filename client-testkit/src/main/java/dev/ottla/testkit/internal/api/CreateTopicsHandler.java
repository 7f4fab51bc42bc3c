package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicNames;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.CreateTopicsRequest;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopic;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import dev.ottla.internal.protocol.message.CreateTopicsResponse;
import dev.ottla.internal.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import dev.ottla.internal.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import dev.ottla.testkit.internal.topic.Topic;
import dev.ottla.testkit.internal.topic.TopicConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** CreateTopics: each topic of the request by itself, with the replicas that the request names or in turn. */
@EventLoopConfined
final class CreateTopicsHandler implements ApiHandler<CreateTopicsRequest, CreateTopicsResponse> {
    private static final int BROKER_DEFAULT = -1;

    private final ClusterModel model;

    CreateTopicsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(CreateTopicsRequest request, Call<CreateTopicsResponse> call) {
        Set<String> once = new HashSet<>();
        Set<String> twice = new HashSet<>();
        request.topics().stream()
                .map(CreatableTopic::name)
                .filter(name -> !once.add(name))
                .forEach(twice::add);
        List<CreatableTopicResult> results = new ArrayList<>();
        Set<String> answered = new HashSet<>();
        for (CreatableTopic each : request.topics()) {
            if (!answered.add(each.name())) {
                continue;
            }
            ErrorCode wanted = call.wantedError(each.name(), 0);
            Refusal refusal = wanted != ErrorCode.NONE
                    ? new Refusal(wanted, "")
                    : twice.contains(each.name())
                            ? new Refusal(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
                            : check(each);
            results.add(
                    refusal.error == ErrorCode.NONE ? create(each, request.validateOnly()) : refused(each, refusal));
        }
        call.reply(new CreateTopicsResponse(0, results));
    }

    private record Refusal(ErrorCode error, String message) {
        static final Refusal NONE = new Refusal(ErrorCode.NONE, "");
    }

    private Refusal check(CreatableTopic asked) {
        try {
            TopicNames.requireLegal(asked.name());
        } catch (IllegalArgumentException illegal) {
            return new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, String.valueOf(illegal.getMessage()));
        }
        if (model.topics().find(asked.name()) != null) {
            return new Refusal(ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + asked.name() + "' already exists.");
        }
        for (CreatableTopicConfig config : asked.configs()) {
            String value = config.value();
            boolean isGood = value != null
                    && TopicConfig.named(config.name())
                            .map(known -> known.accepts(value))
                            .orElse(false);
            if (!isGood) {
                return new Refusal(ErrorCode.INVALID_CONFIG, "Unknown or invalid topic config: " + config.name());
            }
        }
        return asked.assignments().isEmpty() ? checkShape(asked) : checkAssignments(asked);
    }

    private Refusal checkShape(CreatableTopic asked) {
        int replicas = asked.replicationFactor();
        if (replicas < BROKER_DEFAULT || replicas == 0) {
            return new Refusal(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
        }
        if (asked.numPartitions() < BROKER_DEFAULT || asked.numPartitions() == 0) {
            return new Refusal(
                    ErrorCode.INVALID_PARTITIONS, "Number of partitions was set to an invalid non-positive value.");
        }
        int live = model.brokers().live().size();
        return replicas > live
                ? new Refusal(
                        ErrorCode.INVALID_REPLICATION_FACTOR,
                        "Unable to replicate the partition " + replicas + " time(s): The target replication factor of "
                                + replicas + " cannot be reached because only " + live
                                + " broker(s) are registered or some brokers have all their log directories cordoned.")
                : Refusal.NONE;
    }

    private Refusal checkAssignments(CreatableTopic asked) {
        if (asked.replicationFactor() != BROKER_DEFAULT || asked.numPartitions() != BROKER_DEFAULT) {
            return new Refusal(
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but numPartitions or replicationFactor was set too.");
        }
        NavigableMap<Integer, List<Integer>> byPartition = assignments(asked);
        int replicas = byPartition.firstEntry().getValue().size();
        boolean isDense = byPartition.size() == asked.assignments().size()
                && byPartition.firstKey() == 0
                && byPartition.lastKey() == byPartition.size() - 1;
        boolean isSound = byPartition.values().stream()
                .allMatch(ids -> !ids.isEmpty()
                        && ids.size() == replicas
                        && new HashSet<>(ids).size() == ids.size()
                        && ids.stream().allMatch(id -> model.brokers().find(id) != null));
        return isDense && isSound
                ? Refusal.NONE
                : new Refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "The manual partition assignment is not sound.");
    }

    private static NavigableMap<Integer, List<Integer>> assignments(CreatableTopic asked) {
        NavigableMap<Integer, List<Integer>> byPartition = new TreeMap<>();
        for (CreatableReplicaAssignment each : asked.assignments()) {
            byPartition.put(
                    each.partitionIndex(),
                    IntStream.of(each.brokerIds().toArray()).boxed().toList());
        }
        return byPartition;
    }

    private CreatableTopicResult create(CreatableTopic asked, boolean validateOnly) {
        Map<String, String> configs = new TreeMap<>();
        asked.configs().forEach(each -> configs.put(each.name(), String.valueOf(each.value())));
        List<List<Integer>> assignment = asked.assignments().isEmpty()
                ? place(asked)
                : List.copyOf(assignments(asked).values());
        CreatableTopicResult.Builder result = CreatableTopicResult.builder()
                .errorMessage(null)
                .name(asked.name())
                .numPartitions(assignment.size())
                .replicationFactor((short) assignment.get(0).size())
                .configs(describe(configs));
        if (!validateOnly) {
            Topic topic = model.topics().create(asked.name(), assignment, configs);
            result.topicId(topic.id());
        }
        return result.build();
    }

    private List<List<Integer>> place(CreatableTopic asked) {
        int partitions =
                asked.numPartitions() == BROKER_DEFAULT ? model.options().numPartitions() : asked.numPartitions();
        int replicas = asked.replicationFactor() == BROKER_DEFAULT
                ? model.options().defaultReplicationFactor()
                : asked.replicationFactor();
        return IntStream.range(0, partitions)
                .mapToObj(partition -> model.topics().place(replicas))
                .toList();
    }

    private static List<CreatableTopicConfigs> describe(Map<String, String> configs) {
        return TopicConfig.ALL.stream()
                .map(config -> CreatableTopicConfigs.builder()
                        .name(config.name())
                        .value(configs.getOrDefault(config.name(), config.defaultValue()))
                        .configSource(ConfigSources.of(config, configs.containsKey(config.name())))
                        .build())
                .toList();
    }

    private static CreatableTopicResult refused(CreatableTopic asked, Refusal refusal) {
        return CreatableTopicResult.builder()
                .name(asked.name())
                .topicId(Wire.ZERO_UUID)
                .errorCode(refusal.error.code())
                .errorMessage(refusal.message)
                .numPartitions(-1)
                .replicationFactor((short) -1)
                .build();
    }
}
