package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** OffsetFetch of all that one group has committed, asked of its coordinator. */
@Immutable
record FetchOffsets() implements KeyedRequest<String, Results<TopicPartition, OffsetAndMetadata>, OffsetFetchResponse> {
    private static final int ALL_TOPICS_VERSION = 2;
    private static final int GROUPS_VERSION = 8;
    private static final int NO_MEMBER_EPOCH = -1;

    /** The last version that answers with topic names, which a listing of all topics needs. */
    private static final int TOPIC_NAMES_VERSION_MAX = 9;

    /** Up to version 7 there is one group, from version 8 on a list (KIP-709). Null topics are all topics. */
    @Override
    public RequestMessage<OffsetFetchResponse> request(List<String> groupIds, int timeoutMs) {
        String groupId = groupIds.get(0);
        return new VersionedRequest<>(
                ApiKey.OFFSET_FETCH,
                ALL_TOPICS_VERSION,
                TOPIC_NAMES_VERSION_MAX,
                version -> version >= GROUPS_VERSION
                        ? new OffsetFetchRequest("", List.of(), List.of(group(groupId)), false)
                        : new OffsetFetchRequest(groupId, null, List.of(), false));
    }

    private static OffsetFetchRequestGroup group(String groupId) {
        return new OffsetFetchRequestGroup(groupId, null, NO_MEMBER_EPOCH, null);
    }

    @Override
    public short errorCode(OffsetFetchResponse response) {
        return response.groups().stream()
                .findFirst()
                .map(OffsetFetchResponseGroup::errorCode)
                .orElse(response.errorCode());
    }

    @Override
    public Map<String, Answer<Results<TopicPartition, OffsetAndMetadata>>> answers(
            List<String> groupIds, OffsetFetchResponse response) {
        Offsets offsets = new Offsets();
        response.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> offsets.add(
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                partition.errorCode(),
                                partition.committedOffset(),
                                partition.committedLeaderEpoch(),
                                partition.metadata())));
        response.groups()
                .forEach(group -> group.topics()
                        .forEach(topic -> topic.partitions()
                                .forEach(partition -> offsets.add(
                                        new TopicPartition(topic.name(), partition.partitionIndex()),
                                        partition.errorCode(),
                                        partition.committedOffset(),
                                        partition.committedLeaderEpoch(),
                                        partition.metadata()))));
        return Map.of(groupIds.get(0), new Answer.Value<>(new Results<>(offsets.committed, offsets.failures)));
    }

    /** Collects what both shapes of the response have in common. */
    private static final class Offsets {
        private final Map<TopicPartition, OffsetAndMetadata> committed = new TreeMap<>();
        private final Map<TopicPartition, KafkaException> failures = new TreeMap<>();

        private void add(
                TopicPartition partition, short errorCode, long offset, int leaderEpoch, @Nullable String metadata) {
            if (errorCode != ErrorCode.NONE.code()) {
                failures.put(
                        partition,
                        ErrorDetails.ofCode(errorCode)
                                .api(ApiKey.OFFSET_FETCH.toString())
                                .topicPartition(partition)
                                .toException());
            } else if (offset >= 0) {
                committed.put(
                        partition,
                        new OffsetAndMetadata(
                                offset,
                                leaderEpoch < 0 ? OptionalInt.empty() : OptionalInt.of(leaderEpoch),
                                metadata == null ? "" : metadata));
            }
        }
    }
}
