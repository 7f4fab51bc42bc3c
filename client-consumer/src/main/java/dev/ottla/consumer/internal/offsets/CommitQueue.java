package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.OffsetCommitResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends commits to the coordinator (OffsetCommit) one after the other, so that those of one member are applied in the order
 * of the calls. What is asked for while one is under way goes out together with the next: its offsets replace earlier ones
 * of the same partitions, and who asked hears what became of its own, so the queue stays short however often it is called. When
 * the group moves on to another generation, commits go on as a member of that one, as far as all their partitions have been
 * kept; the others fail. One that is under way may still be stored after its partitions were lost and assigned anew, since
 * coordinators know a member that comes back (KAFKA-19233): so where to begin is looked up after it. Owned by the home loop.
 */
@EventLoopConfined
public final class CommitQueue {
    private static final short LAST_VERSION_WITH_NAMES = 9;

    /** Hears, on the home loop, that the coordinator no longer takes this member for what it was. */
    @FunctionalInterface
    public interface Listener {
        /** A commit of this identity was refused with this code; returns whether another identity will follow soon. */
        boolean onRefused(GroupIdentity identity, ErrorCode error);
    }

    private record Asked(Set<TopicPartition> partitions, CompletableFuture<Void> future) {}

    private static final class Pending {
        GroupIdentity identity;
        final Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
        final List<Asked> asked = new ArrayList<>();
        Duration timeout = Duration.ZERO;

        /** Of the topics that it was sent for last: by the time of the answer, a name may be another topic's. */
        final Map<UUID, String> topicNames = new HashMap<>();

        /** Completes when it is over, and not to be sent again. */
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        /** Whether an earlier attempt may have been stored. */
        boolean inDoubt;

        Pending(GroupIdentity identity) {
            this.identity = identity;
        }

        void onDoubt() {
            inDoubt = true;
        }

        void add(Map<TopicPartition, OffsetAndMetadata> more, CompletableFuture<Void> future) {
            offsets.putAll(more);
            asked.add(new Asked(Set.copyOf(more.keySet()), future));
        }

        void fail(KafkaException cause) {
            asked.forEach(each -> fail(each, cause));
            ended.complete(null);
        }

        private void fail(Asked each, KafkaException cause) {
            each.future.completeExceptionally(inDoubt ? CommitFailures.inDoubt(cause) : cause);
        }

        /** The coordinator has stored the offsets of all partitions but these. */
        void answer(Map<TopicPartition, KafkaException> refusals) {
            if (!offsets.keySet().containsAll(refusals.keySet())) {
                // Of what it was not asked for: nobody can tell whose that is.
                fail(refusals.values().iterator().next());
                return;
            }
            for (Asked each : asked) {
                refusals.entrySet().stream()
                        .filter(refusal -> each.partitions.contains(refusal.getKey()))
                        .findFirst()
                        .ifPresentOrElse(refusal -> fail(each, refusal.getValue()), () -> each.future.complete(null));
            }
            ended.complete(null);
        }
    }

    private final Cluster cluster;
    private final Listener listener;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> idleFutures = new ArrayList<>();
    private final Assignment assignment;
    private @Nullable Pending underWay;
    private @Nullable GroupIdentity identity;
    private boolean closed;

    /** The group is between two generations: what waits goes out when the next one is known, or fails when this runs. */
    private EventLoop.@Nullable Timer untilIdentity;

    /** An empty queue. */
    public CommitQueue(Cluster cluster, Assignment assignment, Listener listener) {
        this.cluster = cluster;
        this.assignment = assignment;
        this.listener = listener;
    }

    /** As whom this consumer may commit from now on; null while it may not. */
    public void onIdentity(@Nullable GroupIdentity newIdentity) {
        identity = newIdentity;
        stopWaiting();
        waiting.removeIf(pending -> {
            boolean stale = !mayGoOn(pending);
            if (stale) {
                pending.fail(CommitFailures.staleIdentity(pending.identity));
            }
            return stale;
        });
        sendNext();
    }

    private void stopWaiting() {
        if (untilIdentity != null) {
            untilIdentity.cancel();
            untilIdentity = null;
        }
    }

    /** Whether the commit can be made as what this consumer is now; makes it so. */
    private boolean mayGoOn(Pending pending) {
        GroupIdentity now = identity;
        if (now == null || !mayCommit(pending.identity, now, pending.offsets.keySet())) {
            return false;
        }
        pending.identity = now;
        return true;
    }

    private boolean mayCommit(GroupIdentity as, GroupIdentity now, Set<TopicPartition> partitions) {
        return areKept(as, partitions) && (as.isMember() || as.isMemberOfSameGeneration(now));
    }

    /** Whether the partitions, and their topics, are the same as at the time of this identity. */
    private boolean areKept(GroupIdentity as, Set<TopicPartition> partitions) {
        return as.isMember()
                ? assignment.heldSince(partitions, as.assignmentId())
                : assignment.noneRestartedSince(partitions, as.assignmentId());
    }

    /** Commits after all that was asked for before. The future completes on the home loop. */
    public CompletableFuture<Void> commit(
            GroupIdentity as, Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        assert cluster.homeLoop().inEventLoop();
        CompletableFuture<Void> future = new CompletableFuture<>();
        GroupIdentity now = identity;
        if (now == null || !mayCommit(as, now, offsets.keySet())) {
            future.completeExceptionally(CommitFailures.staleIdentity(as));
            return future;
        }
        Pending last = waiting.peekLast();
        if (last == null || last.inDoubt) {
            // Of what was never sent it is known that it was not stored.
            last = new Pending(now);
            waiting.addLast(last);
        }
        last.add(offsets, future);
        last.timeout = Collections.max(List.of(last.timeout, timeout));
        sendNext();
        return future;
    }

    /** Completes, on the home loop, when everything asked for so far has been answered. */
    public CompletableFuture<Void> whenIdle() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        idleFutures.add(idle);
        completeIdle();
        return idle;
    }

    /**
     * Completes, on the home loop, when all commits have ended that were asked for so far and are for some of these partitions,
     * whatever became of them.
     */
    public CompletableFuture<Void> whenEnded(Set<TopicPartition> partitions) {
        return CompletableFuture.allOf(Stream.concat(Stream.ofNullable(underWay), waiting.stream())
                .filter(pending -> !Collections.disjoint(pending.offsets.keySet(), partitions))
                .map(pending -> pending.ended)
                .toArray(CompletableFuture<?>[]::new));
    }

    private void completeIdle() {
        if (underWay == null && waiting.isEmpty()) {
            List<CompletableFuture<Void>> idle = List.copyOf(idleFutures);
            idleFutures.clear();
            idle.forEach(future -> future.complete(null));
        }
    }

    private void sendNext() {
        if (underWay != null || untilIdentity != null) {
            return;
        }
        Pending next = waiting.pollFirst();
        if (next == null) {
            completeIdle();
            return;
        }
        underWay = next;
        cluster.call(new Call<>(
                                Route.groupCoordinator(next.identity.groupId()),
                                request(next),
                                RetrySafety.REPEATABLE,
                                response -> retriableError(next, response),
                                next.timeout)
                        .onDoubt(next::onDoubt))
                .whenComplete((response, failure) -> onAnswer(next, response, failure));
    }

    private RequestMessage<OffsetCommitResponse> request(Pending pending) {
        Map<String, List<OffsetCommitRequestPartition>> byTopic = new TreeMap<>();
        pending.offsets.forEach((partition, offset) -> byTopic.computeIfAbsent(
                        partition.topic(), topic -> new ArrayList<>())
                .add(new OffsetCommitRequestPartition(
                        partition.partition(),
                        offset.offset(),
                        offset.leaderEpoch().orElse(FetchPosition.UNKNOWN_EPOCH),
                        offset.metadata())));
        List<OffsetCommitRequestTopic> topics = new ArrayList<>();
        boolean allHaveIds = true;
        for (Map.Entry<String, List<OffsetCommitRequestPartition>> entry : byTopic.entrySet()) {
            UUID topicId = topicId(entry.getKey());
            allHaveIds &= !topicId.equals(TopicMetadata.NO_ID);
            topics.add(new OffsetCommitRequestTopic(entry.getKey(), topicId, entry.getValue()));
            pending.topicNames.put(topicId, entry.getKey());
        }
        OffsetCommitRequest request = OffsetCommitRequest.builder()
                .groupId(pending.identity.groupId())
                .generationIdOrMemberEpoch(pending.identity.generationId())
                .memberId(pending.identity.memberId())
                .groupInstanceId(pending.identity.groupInstanceId())
                .topics(topics)
                .build();
        return allHaveIds ? request : new CappedRequest<>(request, LAST_VERSION_WITH_NAMES);
    }

    private UUID topicId(String name) {
        TopicMetadata topic = cluster.metadata().topic(name);
        return topic == null ? TopicMetadata.NO_ID : topic.topicId();
    }

    private ErrorCode retriableError(Pending pending, OffsetCommitResponse response) {
        List<ErrorCode> answers = response.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(partition -> ErrorCode.of(partition.errorCode()))
                .toList();
        List<ErrorCode> errors = answers.stream().filter(ErrorCode::isRetriable).toList();
        // What was lost is not asked for again: whoever reads it from now on waits for the end of this.
        boolean again = !errors.isEmpty() && !isLost(pending);
        boolean partlyStored = again && answers.contains(ErrorCode.NONE);
        if (partlyStored || errors.stream().anyMatch(CommitFailures::leavesOpen)) {
            pending.onDoubt();
        }
        return again ? errors.get(0) : ErrorCode.NONE;
    }

    /**
     * Whether some of the partitions were lost since it was asked for, or are another topic's by now. Who closes has given its
     * partitions up itself, and goes on trying.
     */
    private boolean isLost(Pending pending) {
        GroupIdentity as = pending.identity;
        GroupIdentity now = identity;
        boolean isLater = now == null || now.assignmentId() > as.assignmentId();
        return !closed && isLater && !areKept(as, pending.offsets.keySet());
    }

    private void onAnswer(Pending pending, @Nullable OffsetCommitResponse response, @Nullable Throwable failure) {
        underWay = null;
        if (response == null) {
            pending.fail(ClusterFailures.of(failure == null ? new IllegalStateException("no answer") : failure));
        } else {
            Map<TopicPartition, KafkaException> refusals = refusals(pending, response);
            if (refusals.isEmpty()) {
                pending.answer(refusals);
            } else {
                onRefused(pending, refusals);
            }
        }
        sendNext();
    }

    private void onRefused(Pending pending, Map<TopicPartition, KafkaException> refusals) {
        // Who is not the member that it says it is hears so of all partitions.
        KafkaException refusal = refusals.values().iterator().next();
        GroupIdentity refused = pending.identity;
        if (refusal.code().isRetriable() && isLost(pending)) {
            refusals.replaceAll((partition, each) ->
                    each.code().isRetriable() ? CommitFailures.notSentAgain(refused, partition) : each);
            pending.answer(refusals);
            return;
        }
        boolean another = listener.onRefused(refused, refusal.code());
        boolean ofGeneration = refusal.code() == ErrorCode.REBALANCE_IN_PROGRESS
                || refusal.code() == ErrorCode.ILLEGAL_GENERATION
                || refusal.code() == ErrorCode.STALE_MEMBER_EPOCH;
        if (!refused.isMember() || !ofGeneration || !mayGoOn(pending)) {
            pending.answer(refusals);
        } else if (!pending.identity.isMemberOfSameGeneration(refused)) {
            sendAgain(pending);
        } else if (another) {
            sendAgain(pending);
            stopWaiting();
            untilIdentity = cluster.homeLoop().schedule(() -> onNoIdentity(refusal), pending.timeout.toNanos());
        } else {
            pending.answer(refusals);
        }
    }

    /** Before what was asked for meanwhile, whose offsets win where they are for the same partitions. */
    private void sendAgain(Pending pending) {
        waiting.addFirst(pending);
    }

    private void onNoIdentity(KafkaException refusal) {
        untilIdentity = null;
        waiting.forEach(pending -> pending.fail(refusal));
        waiting.clear();
        completeIdle();
    }

    /** What the coordinator has refused, in the order of its answer. */
    private Map<TopicPartition, KafkaException> refusals(Pending pending, OffsetCommitResponse response) {
        Map<TopicPartition, KafkaException> refusals = new LinkedHashMap<>();
        for (OffsetCommitResponse.OffsetCommitResponseTopic topic : response.topics()) {
            String name = topic.name().isEmpty() ? pending.topicNames.getOrDefault(topic.topicId(), "?") : topic.name();
            for (OffsetCommitResponse.OffsetCommitResponsePartition partition : topic.partitions()) {
                ErrorCode error = ErrorCode.of(partition.errorCode());
                if (error != ErrorCode.NONE) {
                    TopicPartition refused = new TopicPartition(name, partition.partitionIndex());
                    refusals.put(refused, CommitFailures.refused(pending.identity, error, refused));
                }
            }
        }
        return refusals;
    }

    /** Fails what waits; what is under way is failed by the cluster when it closes. */
    public void close(KafkaException cause) {
        closed = true;
        identity = null;
        stopWaiting();
        waiting.forEach(pending -> pending.fail(cause));
        waiting.clear();
        completeIdle();
    }
}
