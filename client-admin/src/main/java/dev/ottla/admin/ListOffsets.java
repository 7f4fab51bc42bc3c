package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** ListOffsets of one kind, asked of the partitions' leaders: one offset for each partition. */
@Immutable
record ListOffsets(long timestamp, IsolationLevel isolationLevel)
        implements KeyedRequest<TopicPartition, Long, ListOffsetsResponse> {
    private static final long LATEST_TIMESTAMP = -1;
    private static final int CONSUMER_REPLICA_ID = -1;
    private static final int ANY_LEADER_EPOCH = -1;

    /** The high watermarks or the last stable offsets. */
    static ListOffsets latest(IsolationLevel isolationLevel) {
        return new ListOffsets(LATEST_TIMESTAMP, isolationLevel);
    }

    @Override
    public RequestMessage<ListOffsetsResponse> request(List<TopicPartition> partitions, int timeoutMs) {
        Map<String, List<ListOffsetsPartition>> byTopic = partitions.stream()
                .collect(Collectors.groupingBy(
                        TopicPartition::topic,
                        LinkedHashMap::new,
                        Collectors.mapping(
                                partition ->
                                        new ListOffsetsPartition(partition.partition(), ANY_LEADER_EPOCH, timestamp),
                                Collectors.toList())));
        List<ListOffsetsTopic> topics = byTopic.entrySet().stream()
                .map(entry -> new ListOffsetsTopic(entry.getKey(), entry.getValue()))
                .toList();
        return new ListOffsetsRequest(CONSUMER_REPLICA_ID, isolationLevel.code(), topics, timeoutMs);
    }

    @Override
    public Map<TopicPartition, Answer<Long>> answers(List<TopicPartition> partitions, ListOffsetsResponse response) {
        Map<TopicPartition, Answer<Long>> answers = new HashMap<>();
        response.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> answers.put(
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                Answer.of(partition.errorCode(), null, partition::offset))));
        return answers;
    }

    /** Here a partition that is not there may have moved away; the next look-up of its leader tells. */
    @Override
    public boolean mayRetry(KafkaException failure) {
        return failure instanceof RetriableException;
    }
}
