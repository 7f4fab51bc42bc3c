package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the coordinator what a group has committed (OffsetFetch), with {@code requireStable} where the broker knows it, so
 * that offsets of a transaction that is being committed are waited for. Called by the home loop and by users' threads.
 */
@Immutable
public final class CommittedOffsets {
    private static final short FIRST_VERSION_WITH_GROUPS = 8;
    private static final short FIRST_VERSION_WITH_STABLE = 7;
    private static final short LAST_VERSION_WITH_NAMES = 9;
    private static final long NOTHING_COMMITTED = -1;

    private final Map<String, UUID> topicIds = new HashMap<>();
    private final Map<UUID, String> topicNames = new HashMap<>();
    private final Map<String, Ints> partitions = new TreeMap<>();
    private final Collection<TopicPartition> asked;
    private final String groupId;

    private CommittedOffsets(Cluster cluster, String groupId, Collection<TopicPartition> asked) {
        this.groupId = groupId;
        this.asked = List.copyOf(asked);
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        for (TopicPartition partition : asked) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        byTopic.forEach((name, numbers) -> {
            TopicMetadata topic = cluster.metadata().topic(name);
            UUID id = topic == null ? TopicMetadata.NO_ID : topic.topicId();
            topicIds.put(name, id);
            topicNames.put(id, name);
            partitions.put(
                    name, Ints.of(numbers.stream().mapToInt(Integer::intValue).toArray()));
        });
    }

    /**
     * The committed offsets of those partitions that have one. Any thread; completes on the home loop, after retries.
     */
    public static CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> fetch(
            Cluster cluster, String groupId, Collection<TopicPartition> partitions, Duration timeout) {
        if (partitions.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        CommittedOffsets look = new CommittedOffsets(cluster, groupId, partitions);
        return cluster.call(new Call<>(
                        Route.groupCoordinator(groupId),
                        look.request(),
                        RetrySafety.REPEATABLE,
                        look::errorOf,
                        timeout))
                .thenApply(look::result);
    }

    private RequestMessage<OffsetFetchResponse> request() {
        VersionedRequest<OffsetFetchResponse> request = new VersionedRequest<>(
                ApiKey.OFFSET_FETCH,
                version -> version >= FIRST_VERSION_WITH_GROUPS
                        ? new OffsetFetchRequest("", List.of(), List.of(group()), true)
                        : new OffsetFetchRequest(groupId, topics(), List.of(), version >= FIRST_VERSION_WITH_STABLE));
        return topicIds.containsValue(TopicMetadata.NO_ID)
                ? new CappedRequest<>(request, LAST_VERSION_WITH_NAMES)
                : request;
    }

    private OffsetFetchRequestGroup group() {
        List<OffsetFetchRequestTopics> topics = new ArrayList<>();
        partitions.forEach((name, numbers) -> topics.add(
                new OffsetFetchRequestTopics(name, topicIds.getOrDefault(name, TopicMetadata.NO_ID), numbers)));
        return new OffsetFetchRequestGroup(groupId, null, -1, topics);
    }

    private List<OffsetFetchRequestTopic> topics() {
        List<OffsetFetchRequestTopic> topics = new ArrayList<>();
        partitions.forEach((name, numbers) -> topics.add(new OffsetFetchRequestTopic(name, numbers)));
        return topics;
    }

    /** One partition of an answer of any version. */
    private record Answered(long offset, int leaderEpoch, String metadata, ErrorCode error) {}

    /** The first retriable error: an answer is taken only as a whole, so that no partition is taken for uncommitted. */
    private ErrorCode errorOf(OffsetFetchResponse response) {
        ErrorCode groupError = groupError(response);
        if (groupError != ErrorCode.NONE) {
            return groupError;
        }
        Map<TopicPartition, Answered> answered = answered(response);
        for (TopicPartition partition : asked) {
            Answered answer = answered.get(partition);
            if (answer == null) {
                return ErrorCode.UNSTABLE_OFFSET_COMMIT; // an answer that leaves a partition out is none
            } else if (answer.error().isRetriable()) {
                return answer.error();
            }
        }
        return ErrorCode.NONE;
    }

    private static ErrorCode groupError(OffsetFetchResponse response) {
        return ErrorCode.of(
                response.groups().isEmpty()
                        ? response.errorCode()
                        : response.groups().get(0).errorCode());
    }

    private Map<TopicPartition, OffsetAndMetadata> result(OffsetFetchResponse response) {
        ErrorCode groupError = groupError(response);
        if (groupError != ErrorCode.NONE) {
            throw ErrorDetails.ofCode(groupError)
                    .api(ApiKey.OFFSET_FETCH.toString())
                    .hint("The group is \"" + groupId + "\". " + groupError.hint())
                    .toException();
        }
        Map<TopicPartition, OffsetAndMetadata> committed = new TreeMap<>();
        answered(response).forEach((partition, answer) -> {
            if (answer.error() != ErrorCode.NONE) {
                throw failure(partition, answer.error());
            } else if (answer.offset() > NOTHING_COMMITTED) {
                committed.put(partition, toOffset(answer));
            }
        });
        return committed;
    }

    private static KafkaException failure(TopicPartition partition, ErrorCode error) {
        return ErrorDetails.ofCode(error)
                .api(ApiKey.OFFSET_FETCH.toString())
                .topicPartition(partition)
                .toException();
    }

    private static OffsetAndMetadata toOffset(Answered answer) {
        OptionalInt leaderEpoch =
                answer.leaderEpoch() >= 0 ? OptionalInt.of(answer.leaderEpoch()) : OptionalInt.empty();
        return new OffsetAndMetadata(answer.offset(), leaderEpoch, answer.metadata());
    }

    private Map<TopicPartition, Answered> answered(OffsetFetchResponse response) {
        Map<TopicPartition, Answered> answered = new TreeMap<>();
        response.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> answered.put(
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                new Answered(
                                        partition.committedOffset(),
                                        partition.committedLeaderEpoch(),
                                        orEmpty(partition.metadata()),
                                        ErrorCode.of(partition.errorCode())))));
        response.groups().stream().flatMap(group -> group.topics().stream()).forEach(topic -> {
            String name = topic.name().isEmpty() ? topicNames.getOrDefault(topic.topicId(), "") : topic.name();
            topic.partitions()
                    .forEach(partition -> answered.put(
                            new TopicPartition(name, partition.partitionIndex()),
                            new Answered(
                                    partition.committedOffset(),
                                    partition.committedLeaderEpoch(),
                                    orEmpty(partition.metadata()),
                                    ErrorCode.of(partition.errorCode()))));
        });
        return answered;
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
