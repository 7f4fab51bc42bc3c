package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataRequest.MetadataRequestTopic;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Metadata of topics by name, without creating them: one answer for each. */
@Immutable
record DescribeTopics() implements KeyedRequest<String, TopicDescription, MetadataResponse> {

    @Override
    public RequestMessage<MetadataResponse> request(List<String> names, int timeoutMs) {
        List<MetadataRequestTopic> topics = names.stream()
                .map(name -> new MetadataRequestTopic(Wire.ZERO_UUID, name))
                .toList();
        return new MetadataRequest(topics, false, false, false);
    }

    @Override
    public short errorCode(MetadataResponse response) {
        return response.errorCode();
    }

    @Override
    public Map<String, Answer<TopicDescription>> answers(List<String> names, MetadataResponse response) {
        Map<String, Answer<TopicDescription>> answers = new HashMap<>();
        for (MetadataResponseTopic topic : response.topics()) {
            String name = topic.name();
            if (name != null) {
                answers.put(name, Answer.of(topic.errorCode(), null, () -> description(name, topic)));
            }
        }
        return answers;
    }

    private static TopicDescription description(String name, MetadataResponseTopic topic) {
        return new TopicDescription(
                name,
                TopicIds.optional(topic.topicId()),
                topic.isInternal(),
                topic.partitions().stream()
                        .map(DescribeTopics::description)
                        .sorted(Comparator.comparingInt(PartitionDescription::partition))
                        .toList());
    }

    private static PartitionDescription description(MetadataResponsePartition partition) {
        return new PartitionDescription(
                partition.partitionIndex(),
                partition.leaderId() < 0 ? OptionalInt.empty() : OptionalInt.of(partition.leaderId()),
                partition.leaderEpoch() < 0 ? OptionalInt.empty() : OptionalInt.of(partition.leaderEpoch()),
                nodeIds(partition.replicaNodes()),
                nodeIds(partition.isrNodes()),
                nodeIds(partition.offlineReplicas()));
    }

    private static List<Integer> nodeIds(Ints ids) {
        return Arrays.stream(ids.toArray()).boxed().toList();
    }

    /** What a response about all topics says, in the order of their names. */
    static List<TopicListing> listings(MetadataResponse response) {
        return response.topics().stream()
                .filter(topic -> topic.name() != null)
                .map(topic -> new TopicListing(
                        Wire.requireNonNull(topic.name(), "MetadataResponse.topics.name"),
                        TopicIds.optional(topic.topicId()),
                        topic.isInternal()))
                .sorted(Comparator.comparing(TopicListing::name))
                .toList();
    }
}
