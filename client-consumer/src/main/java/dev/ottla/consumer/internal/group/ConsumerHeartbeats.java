package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one request of a {@link ConsumerMember} and its answer. Everything about the member is told when it joins, and again after
 * an answer was lost; otherwise only what has changed (KIP-848). Owned by the home loop.
 */
@EventLoopConfined
final class ConsumerHeartbeats {
    /** From this version on the member makes its id itself (KIP-1082). */
    private static final int FIRST_VERSION_WITH_OWN_ID = 1;

    private static final int FIRST_VERSION_WITH_PATTERN = 1;
    private static final int JOIN_EPOCH = 0;
    private static final int LEAVE_EPOCH = -1;

    /** A static member that may come back under its name. */
    private static final int LEAVE_FOR_A_WHILE_EPOCH = -2;

    private static final int UNCHANGED = -1;

    private final Cluster cluster;
    private final ConsumerOptions options;
    private final String groupId;
    private final TopicSubscription subscription;
    private final AssignedTopics topics;
    private final CoordinatorLink link;

    /** What the coordinator has been told of, with an answer; null before, or if an answer was lost. */
    private @Nullable Told told;

    /**
     * What one heartbeat has told.
     *
     * @param owned null if it has to be told again: an assignment was the answer, and only that says what has become of it
     */
    private record Told(@Nullable Set<TopicPartition> owned, Set<String> topics) {
        Told after(Answer answer) {
            return answer.assignment().isPresent() ? new Told(null, topics) : this;
        }
    }

    ConsumerHeartbeats(
            Cluster cluster,
            ConsumerOptions options,
            String groupId,
            TopicSubscription subscription,
            AssignedTopics topics) {
        this.cluster = cluster;
        this.options = options;
        this.groupId = groupId;
        this.subscription = subscription;
        this.topics = topics;
        this.link = new CoordinatorLink(cluster, groupId);
    }

    /**
     * What was answered.
     *
     * @param assignment by topic id, if it is told anew
     */
    record Answer(
            ErrorCode error,
            @Nullable String message,
            @Nullable String memberId,
            int memberEpoch,
            Duration interval,
            Optional<Map<UUID, Set<Integer>>> assignment) {}

    CompletableFuture<Answer> join(String memberId) {
        told = null;
        // The request is made when the connection is there, on its loop; the subscription may be another by then.
        Set<String> names = subscription.names();
        return send(
                new VersionedRequest<>(
                        ApiKey.CONSUMER_GROUP_HEARTBEAT,
                        lowestVersion(),
                        ApiKey.CONSUMER_GROUP_HEARTBEAT.highestVersion(),
                        version -> everything(
                                version >= FIRST_VERSION_WITH_OWN_ID ? memberId : "", JOIN_EPOCH, Set.of(), names)),
                new Told(Set.of(), names));
    }

    CompletableFuture<Answer> heartbeat(String memberId, int memberEpoch, Set<TopicPartition> owned) {
        Told telling = new Told(owned, subscription.names());
        Told before = told;
        told = null;
        if (before == null) {
            return send(everything(memberId, memberEpoch, owned, telling.topics()), telling);
        }
        return send(
                request(memberId, memberEpoch)
                        .rebalanceTimeoutMs(UNCHANGED)
                        .subscribedTopicNames(
                                before.topics().equals(telling.topics()) ? null : sorted(telling.topics()))
                        .topicPartitions(owned.equals(before.owned()) ? null : byTopic(owned))
                        .build(),
                telling);
    }

    private CompletableFuture<Answer> send(RequestMessage<ConsumerGroupHeartbeatResponse> request, Told telling) {
        return link.send(request, cluster.options().requestTimeout(), ConsumerHeartbeats::read)
                .thenApply(answer -> {
                    told = answer.error() == ErrorCode.NONE ? telling.after(answer) : null;
                    return answer;
                });
    }

    private ConsumerGroupHeartbeatRequest everything(
            String memberId, int memberEpoch, Set<TopicPartition> owned, Set<String> names) {
        String rack = cluster.options().clientRack();
        return request(memberId, memberEpoch)
                .rackId(rack.isEmpty() ? null : rack)
                .rebalanceTimeoutMs((int) options.maxPollInterval().toMillis())
                .subscribedTopicNames(sorted(names))
                .subscribedTopicRegex(subscription.brokerPattern())
                .serverAssignor(options.groupRemoteAssignor().orElse(null))
                .topicPartitions(byTopic(owned))
                .build();
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** Whether the topics that the coordinator was told last, with an answer, are not those subscribed to now. */
    boolean haveTopicsChanged() {
        return told != null && !told.topics().equals(subscription.names());
    }

    /** A broker that can't match patterns must not be asked as if there were none. */
    private int lowestVersion() {
        return subscription.brokerPattern() == null
                ? ApiKey.CONSUMER_GROUP_HEARTBEAT.lowestVersion()
                : FIRST_VERSION_WITH_PATTERN;
    }

    private ConsumerGroupHeartbeatRequest.Builder request(String memberId, int memberEpoch) {
        return ConsumerGroupHeartbeatRequest.builder()
                .groupId(groupId)
                .memberId(memberId)
                .memberEpoch(memberEpoch)
                .instanceId(options.groupInstanceId().orElse(null))
                .subscribedTopicNames(null)
                .topicPartitions(null);
    }

    private List<TopicPartitions> byTopic(Set<TopicPartition> partitions) {
        Map<UUID, List<Integer>> numbers = new HashMap<>();
        for (TopicPartition partition : partitions) {
            UUID topicId = topics.id(partition.topic());
            if (topicId != null) {
                numbers.computeIfAbsent(topicId, id -> new ArrayList<>()).add(partition.partition());
            }
        }
        List<TopicPartitions> topicPartitions = new ArrayList<>();
        numbers.forEach((id, list) -> topicPartitions.add(new TopicPartitions(
                id, Ints.of(list.stream().mapToInt(Integer::intValue).sorted().toArray()))));
        return topicPartitions;
    }

    /** Copies everything out of the answer, whose frame is gone afterwards. */
    private static Answer read(ConsumerGroupHeartbeatResponse response) {
        ConsumerGroupHeartbeatResponse.Assignment assignment = response.assignment();
        return new Answer(
                ErrorCode.of(response.errorCode()),
                response.errorMessage(),
                response.memberId(),
                response.memberEpoch(),
                Duration.ofMillis(response.heartbeatIntervalMs()),
                assignment == null ? Optional.empty() : Optional.of(read(assignment)));
    }

    private static Map<UUID, Set<Integer>> read(ConsumerGroupHeartbeatResponse.Assignment assignment) {
        Map<UUID, Set<Integer>> byTopic = new HashMap<>();
        for (ConsumerGroupHeartbeatResponse.TopicPartitions topic : assignment.topicPartitions()) {
            Set<Integer> partitions = byTopic.computeIfAbsent(topic.topicId(), id -> new TreeSet<>());
            for (int i = 0; i < topic.partitions().size(); i++) {
                partitions.add(topic.partitions().get(i));
            }
        }
        return byTopic;
    }

    /** Tells the group that the member is gone, with retries; completes in any case. */
    CompletableFuture<Void> leave(String memberId, Duration timeout) {
        int epoch = options.groupInstanceId().isPresent() ? LEAVE_FOR_A_WHILE_EPOCH : LEAVE_EPOCH;
        return link.leave(request(memberId, epoch).build(), response -> ErrorCode.of(response.errorCode()), timeout);
    }

    /** The next request asks anew who coordinates the group. */
    void coordinatorMoved() {
        link.moved();
    }

    /** Gives up the connection, without telling the group anything. */
    void close() {
        link.close(GroupFailures.coordinatorMoved(groupId));
    }
}
