package dev.ottla.benchmarks.nullbroker;

import dev.ottla.benchmarks.nullbroker.CannedTopics.CannedTopic;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitResponse;
import dev.ottla.internal.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import dev.ottla.internal.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.List;

/** Where logs begin and end, and that nothing was ever committed; commits are accepted and forgotten. Thread-safe. */
final class OffsetAnswers {
    private static final long LATEST = -1;
    private static final long MAX_TIMESTAMP = -3;
    private static final long NOTHING_COMMITTED = -1;

    private final CannedTopics topics;

    OffsetAnswers(CannedTopics topics) {
        this.topics = topics;
    }

    ListOffsetsResponse list(ListOffsetsRequest request, short version) {
        List<ListOffsetsTopicResponse> answers = new ArrayList<>();
        for (ListOffsetsRequest.ListOffsetsTopic asked : request.topics()) {
            CannedTopic topic = topics.find(asked.name());
            List<ListOffsetsPartitionResponse> partitions = new ArrayList<>();
            for (ListOffsetsRequest.ListOffsetsPartition partition : asked.partitions()) {
                ListOffsetsPartitionResponse.Builder answer =
                        ListOffsetsPartitionResponse.builder().partitionIndex(partition.partitionIndex());
                if (topic == null) {
                    answer.errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
                } else {
                    boolean atEnd = partition.timestamp() == LATEST || partition.timestamp() == MAX_TIMESTAMP;
                    answer.offset(atEnd ? topic.log().endOffset(partition.partitionIndex()) : 0);
                    if (version >= 4) {
                        answer.leaderEpoch(0);
                    }
                }
                partitions.add(answer.build());
            }
            answers.add(new ListOffsetsTopicResponse(asked.name(), partitions));
        }
        return new ListOffsetsResponse(0, answers);
    }

    OffsetFetchResponse fetch(OffsetFetchRequest request, short version) {
        if (version >= 8) {
            List<OffsetFetchResponseGroup> groups = new ArrayList<>();
            request.groups().forEach(group -> groups.add(group(group)));
            return new OffsetFetchResponse(0, List.of(), (short) 0, groups);
        }
        List<OffsetFetchRequest.OffsetFetchRequestTopic> asked = request.topics();
        List<OffsetFetchResponseTopic> answers = new ArrayList<>();
        for (OffsetFetchRequest.OffsetFetchRequestTopic topic :
                asked == null ? List.<OffsetFetchRequest.OffsetFetchRequestTopic>of() : asked) {
            List<OffsetFetchResponsePartition> partitions = new ArrayList<>();
            for (int i = 0; i < topic.partitionIndexes().size(); i++) {
                partitions.add(OffsetFetchResponsePartition.builder()
                        .partitionIndex(topic.partitionIndexes().get(i))
                        .committedOffset(NOTHING_COMMITTED)
                        .metadata("")
                        .build());
            }
            answers.add(new OffsetFetchResponseTopic(topic.name(), partitions));
        }
        return new OffsetFetchResponse(0, answers, (short) 0, List.of());
    }

    private static OffsetFetchResponseGroup group(OffsetFetchRequest.OffsetFetchRequestGroup asked) {
        List<OffsetFetchRequest.OffsetFetchRequestTopics> askedTopics = asked.topics();
        List<OffsetFetchResponseTopics> answers = new ArrayList<>();
        for (OffsetFetchRequest.OffsetFetchRequestTopics topic :
                askedTopics == null ? List.<OffsetFetchRequest.OffsetFetchRequestTopics>of() : askedTopics) {
            List<OffsetFetchResponsePartitions> partitions = new ArrayList<>();
            for (int i = 0; i < topic.partitionIndexes().size(); i++) {
                partitions.add(OffsetFetchResponsePartitions.builder()
                        .partitionIndex(topic.partitionIndexes().get(i))
                        .committedOffset(NOTHING_COMMITTED)
                        .metadata("")
                        .build());
            }
            answers.add(new OffsetFetchResponseTopics(topic.name(), topic.topicId(), partitions));
        }
        return new OffsetFetchResponseGroup(asked.groupId(), answers, (short) 0);
    }

    OffsetCommitResponse commit(OffsetCommitRequest request) {
        List<OffsetCommitResponseTopic> answers = new ArrayList<>();
        for (OffsetCommitRequest.OffsetCommitRequestTopic topic : request.topics()) {
            List<OffsetCommitResponsePartition> partitions = new ArrayList<>();
            topic.partitions()
                    .forEach(partition ->
                            partitions.add(new OffsetCommitResponsePartition(partition.partitionIndex(), (short) 0)));
            answers.add(new OffsetCommitResponseTopic(topic.name(), topic.topicId(), partitions));
        }
        return new OffsetCommitResponse(0, answers);
    }
}
