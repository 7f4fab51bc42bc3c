package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.CreatePartitionsRequest;
import dev.ottla.internal.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import dev.ottla.internal.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import dev.ottla.internal.protocol.message.CreatePartitionsResponse;
import dev.ottla.internal.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.List;
import java.util.stream.IntStream;

/** CreatePartitions: makes topics grow. */
@EventLoopConfined
final class CreatePartitionsHandler implements ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse> {
    private final ClusterModel model;

    CreatePartitionsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(CreatePartitionsRequest request, Call<CreatePartitionsResponse> call) {
        call.reply(new CreatePartitionsResponse(
                0,
                request.topics().stream()
                        .map(topic -> grow(topic, request.validateOnly(), call))
                        .toList()));
    }

    private CreatePartitionsTopicResult grow(
            CreatePartitionsTopic asked, boolean validateOnly, Call<CreatePartitionsResponse> call) {
        Topic topic = model.topics().find(asked.name());
        if (topic == null) {
            return new CreatePartitionsTopicResult(asked.name(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), null);
        }
        ErrorCode wanted = call.wantedError(topic.name(), 0);
        if (wanted != ErrorCode.NONE) {
            return result(asked, wanted, "");
        }
        int current = topic.partitions().size();
        int added = asked.count() - current;
        if (added == 0) {
            return result(asked, ErrorCode.INVALID_PARTITIONS, "Topic already has " + current + " partition(s).");
        }
        if (added < 0) {
            return result(
                    asked,
                    ErrorCode.INVALID_PARTITIONS,
                    "The topic " + asked.name() + " currently has " + current + " partition(s); " + asked.count()
                            + " would not be an increase.");
        }
        int replicas = topic.partitions().get(0).replicas().size();
        List<List<Integer>> assignment = assignment(asked, added, replicas);
        if (!isSound(assignment, added, replicas)) {
            return result(asked, ErrorCode.INVALID_REPLICA_ASSIGNMENT, "The manual partition assignment is not sound.");
        }
        if (!validateOnly) {
            model.topics().addPartitions(topic, assignment);
        }
        return new CreatePartitionsTopicResult(asked.name(), ErrorCode.NONE.code(), null);
    }

    private List<List<Integer>> assignment(CreatePartitionsTopic asked, int added, int replicas) {
        List<CreatePartitionsAssignment> manual = asked.assignments();
        return manual == null
                ? IntStream.range(0, added)
                        .mapToObj(partition -> model.topics().place(replicas))
                        .toList()
                : manual.stream()
                        .map(each ->
                                IntStream.of(each.brokerIds().toArray()).boxed().toList())
                        .toList();
    }

    private boolean isSound(List<List<Integer>> assignment, int added, int replicas) {
        return assignment.size() == added
                && assignment.stream()
                        .allMatch(ids -> ids.size() == replicas
                                && ids.stream().distinct().count() == replicas
                                && ids.stream().allMatch(id -> model.brokers().find(id) != null));
    }

    private static CreatePartitionsTopicResult result(CreatePartitionsTopic asked, ErrorCode error, String message) {
        return new CreatePartitionsTopicResult(asked.name(), error.code(), message);
    }
}
