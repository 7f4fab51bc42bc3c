package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks leaders for offsets by timestamp (ListOffsets), one request per leader, again where a leader had moved, until all
 * partitions are answered or the time is up. Made for one look-up; owned by the home loop.
 */
@EventLoopConfined
public final class OffsetLookup {
    /** Stands for the record with the highest timestamp (KIP-734). */
    static final long NEWEST = -3;

    private static final int FIRST_VERSION_WITH_NEWEST = 7;

    /**
     * What a leader answered.
     *
     * @param offset -1 if no record is as young as the timestamp
     */
    public record Found(long offset, long timestamp, int leaderEpoch) {}

    private final Cluster cluster;
    private final EventLoop home;
    private final IsolationLevel isolationLevel;
    private final ExponentialBackoff backoff;
    private final Map<TopicPartition, Long> unanswered;
    private final long deadlineNanos;
    private final Map<TopicPartition, Found> found = new TreeMap<>();
    private final CompletableFuture<Map<TopicPartition, Found>> result = new CompletableFuture<>();

    private int attempts;
    private int callsUnderWay;
    private @Nullable KafkaException lastFailure;

    private OffsetLookup(
            Cluster cluster, IsolationLevel isolationLevel, Map<TopicPartition, Long> timestamps, Duration timeout) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.isolationLevel = isolationLevel;
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
        this.unanswered = new HashMap<>(timestamps);
        this.deadlineNanos = home.nanoTime() + timeout.toNanos();
    }

    /**
     * Looks the timestamps up; -2 stands for the earliest offset, -1 for the latest, -3 for the newest record. Any thread;
     * completes on the home loop. Topics that are not tracked otherwise are for as long as it takes; to look at one never
     * creates it.
     */
    public static CompletableFuture<Map<TopicPartition, Found>> start(
            Cluster cluster, IsolationLevel isolationLevel, Map<TopicPartition, Long> timestamps, Duration timeout) {
        OffsetLookup lookup = new OffsetLookup(cluster, isolationLevel, timestamps, timeout);
        List<String> topics = timestamps.keySet().stream()
                .map(TopicPartition::topic)
                .distinct()
                .toList();
        topics.forEach(cluster::trackExisting);
        lookup.result.whenComplete((answer, failure) -> topics.forEach(cluster::untrackExisting));
        cluster.homeLoop().execute(lookup::attempt);
        return lookup.result;
    }

    private void attempt() {
        if (unanswered.isEmpty()) {
            result.complete(found);
            return;
        }
        long left = deadlineNanos - home.nanoTime();
        if (left <= 0) {
            result.completeExceptionally(timedOut());
            return;
        }
        attempts++;
        Map<Integer, List<TopicPartition>> byLeader = byLeader();
        callsUnderWay = byLeader.size();
        if (byLeader.isEmpty()) {
            cluster.refreshMetadata("no leader is known of partitions whose offsets are looked up");
            retryLater();
            return;
        }
        byLeader.forEach((leader, partitions) -> ask(leader, partitions, Duration.ofNanos(left)));
    }

    private Map<Integer, List<TopicPartition>> byLeader() {
        Map<Integer, List<TopicPartition>> byLeader = new TreeMap<>();
        for (TopicPartition partition : unanswered.keySet()) {
            PartitionMetadata leader = cluster.metadata().partition(partition);
            if (leader != null && leader.hasLeader()) {
                byLeader.computeIfAbsent(leader.leaderId(), id -> new ArrayList<>())
                        .add(partition);
            }
        }
        return byLeader;
    }

    private void ask(int leaderId, List<TopicPartition> partitions, Duration left) {
        Duration timeout = Collections.min(List.of(left, cluster.options().requestTimeout()));
        RequestMessage<ListOffsetsResponse> request = request(partitions, timeout);
        cluster.call(new Call<>(
                        Route.node(leaderId),
                        unanswered.containsValue(NEWEST) ? inVersionsWithNewest(request) : request,
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.NONE,
                        timeout))
                .whenComplete((response, failure) -> onAnswer(response, failure));
    }

    /** An older broker would take the number for a time. */
    private static RequestMessage<ListOffsetsResponse> inVersionsWithNewest(
            RequestMessage<ListOffsetsResponse> request) {
        return new VersionedRequest<>(
                ApiKey.LIST_OFFSETS,
                FIRST_VERSION_WITH_NEWEST,
                ApiKey.LIST_OFFSETS.highestVersion(),
                version -> request);
    }

    private ListOffsetsRequest request(List<TopicPartition> partitions, Duration timeout) {
        Map<String, List<ListOffsetsPartition>> topics = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            PartitionMetadata leader = cluster.metadata().partition(partition);
            int leaderEpoch = leader == null ? PartitionMetadata.UNKNOWN_EPOCH : leader.leaderEpoch();
            topics.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(new ListOffsetsPartition(
                            partition.partition(), leaderEpoch, unanswered.getOrDefault(partition, -1L)));
        }
        List<ListOffsetsTopic> list = new ArrayList<>();
        topics.forEach((topic, entries) -> list.add(new ListOffsetsTopic(topic, entries)));
        return new ListOffsetsRequest(-1, isolationLevel.code(), list, (int) timeout.toMillis());
    }

    private void onAnswer(@Nullable ListOffsetsResponse response, @Nullable Throwable failure) {
        if (result.isDone()) {
            return;
        }
        if (response != null) {
            for (ListOffsetsTopicResponse topic : response.topics()) {
                topic.partitions().forEach(partition -> onPartition(topic.name(), partition));
            }
        } else if (failure != null) {
            lastFailure = ClusterFailures.of(failure);
            if (lastFailure instanceof UnsupportedVersionException) {
                result.completeExceptionally(lastFailure);
                return;
            }
            cluster.refreshMetadata("offsets could not be looked up");
        }
        if (--callsUnderWay == 0 && !result.isDone()) {
            if (unanswered.isEmpty()) {
                result.complete(found);
            } else {
                retryLater();
            }
        }
    }

    private void onPartition(String topic, ListOffsetsPartitionResponse answered) {
        TopicPartition partition = new TopicPartition(topic, answered.partitionIndex());
        ErrorCode error = ErrorCode.of(answered.errorCode());
        if (error == ErrorCode.NONE) {
            if (unanswered.remove(partition) != null) {
                found.put(partition, new Found(answered.offset(), answered.timestamp(), answered.leaderEpoch()));
            }
            return;
        }
        KafkaException failure = ErrorDetails.ofCode(answered.errorCode())
                .api(ApiKey.LIST_OFFSETS.toString())
                .topicPartition(partition)
                .attempts(attempts)
                .toException();
        if (!error.isRetriable()) {
            result.completeExceptionally(failure);
            return;
        }
        lastFailure = failure;
        if (error.needsMetadataRefresh()) {
            cluster.refreshMetadata("the offset of " + partition + " was asked for at the wrong broker");
        }
    }

    private void retryLater() {
        home.schedule(this::attempt, backoff.delayNanos(attempts));
    }

    private RequestTimeoutException timedOut() {
        return new RequestTimeoutException(
                "The offsets of " + unanswered.keySet() + " were not found in time"
                        + (lastFailure == null ? "" : "; the last failure: " + lastFailure.getMessage()),
                ErrorDetails.builder()
                        .api(ApiKey.LIST_OFFSETS.toString())
                        .attempts(attempts)
                        .build(),
                lastFailure);
    }
}
