package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.group.ConsumerHeartbeats.Answer;
import dev.ottla.consumer.internal.group.EpochMembership.Failed;
import dev.ottla.consumer.internal.group.EpochMembership.Joining;
import dev.ottla.consumer.internal.group.EpochMembership.Left;
import dev.ottla.consumer.internal.group.EpochMembership.Reading;
import dev.ottla.consumer.internal.group.EpochMembership.Revoking;
import dev.ottla.consumer.internal.group.EpochMembership.Unjoined;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group in the consumer protocol (KIP-848): drives {@link EpochMembership} by answers, timers and what the
 * application does. Owned by the home loop. One heartbeat is under way at a time. Only giving up partitions waits for the
 * application to poll; everything else, and all other partitions, go on meanwhile.
 */
@EventLoopConfined
public final class ConsumerMember implements GroupMember, Heartbeats.Subject {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerMember.class);

    /** Hears that the group can't be joined in this protocol, before anything was joined. */
    @FunctionalInterface
    public interface Refusal {
        /** The cluster does not have the protocol, or the group is a classic one that can't be converted. */
        void onProtocolRefused(KafkaException cause);
    }

    private final Cluster cluster;
    private final EventLoop home;
    private final String groupId;
    private final @Nullable String groupInstanceId;
    private final TopicSubscription subscription;
    private final AssignedTopics topics;
    private final ConsumerHeartbeats requests;
    private final MatchedTopics matched;
    private final Heartbeats heartbeats;
    private final ExponentialBackoff backoff;
    private final Listener listener;
    private final Refusal refusal;

    /** Written on the home loop only; polling threads look whether it waits for them. */
    private volatile EpochMembership state = new Unjoined();

    /** Kept when the member is fenced, so that the coordinator knows it again. */
    private String memberId;

    /** What the coordinator wants this member to have; topics are looked up by their ids. */
    private Map<UUID, Set<Integer>> target = Map.of();

    private boolean underWay;
    private boolean changedMeanwhile;
    private int failedAttempts;

    /** A member that joins at the first poll. */
    public ConsumerMember(
            Cluster cluster,
            ConsumerOptions options,
            String groupId,
            TopicSubscription subscription,
            Listener listener,
            Refusal refusal) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.groupId = groupId;
        this.groupInstanceId = options.groupInstanceId().orElse(null);
        this.topics = new AssignedTopics(cluster);
        this.requests = new ConsumerHeartbeats(cluster, options, groupId, subscription, topics);
        this.matched = new MatchedTopics(cluster);
        this.subscription = subscription;
        this.heartbeats = new Heartbeats(home, options, this);
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
        this.listener = listener;
        this.refusal = refusal;
        this.memberId = newMemberId();
    }

    private String newMemberId() {
        var random = cluster.runtime().newRandom();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    @Override
    public boolean waitsForPoll() {
        return state instanceof Unjoined;
    }

    @Override
    public boolean isSessionOver() {
        return heartbeats.isSessionOver();
    }

    @Override
    public void onPoll() {
        assert home.inEventLoop();
        if (state instanceof Unjoined unjoined) {
            join(unjoined.polled());
        }
    }

    @Override
    public void onPollMissed() {
        assert home.inEventLoop();
        EpochMembership last = state;
        if (last instanceof Unjoined || last instanceof Failed || last instanceof Left) {
            return;
        }
        LOG.warn(
                "[{}] Leaving group {}: the application has not polled for max.poll.interval.ms. Raise it, or lower"
                        + " max.poll.records.",
                clientId(),
                groupId);
        state = new Unjoined();
        heartbeats.stop();
        requests.leave(memberId, cluster.options().requestTimeout());
        tellLost(last.partitions());
    }

    private void tellLost(Set<TopicPartition> partitions) {
        target = Map.of();
        listener.onIdentity(null);
        listener.onLost(partitions);
    }

    private void join(Joining joining) {
        state = joining;
        heartbeats.stop();
        long sentNanos = home.nanoTime();
        requests.join(memberId).whenComplete((answer, failure) -> {
            if (state != joining) {
                return;
            }
            if (answer != null) {
                onJoinAnswered(joining, answer, sentNanos);
            } else {
                onUnanswered(joining, failure);
            }
        });
    }

    private void onUnanswered(Joining joining, @Nullable Throwable failure) {
        KafkaException cause = ClusterFailures.of(failure == null ? new IllegalStateException("no answer") : failure);
        if (GroupFailures.isUnsupported(cause)) {
            refuse(cause);
        } else if (GroupFailures.isPermanent(cause)) {
            fail(cause);
        } else {
            LOG.debug("[{}] Group {}: {}", clientId(), groupId, cause.getMessage());
            joinLater(joining);
        }
    }

    private void refuse(KafkaException cause) {
        state = new Failed();
        requests.close();
        refusal.onProtocolRefused(cause);
    }

    private void onJoinAnswered(Joining joining, Answer answer, long sentNanos) {
        switch (answer.error()) {
            case NONE -> onJoined(joining, answer, sentNanos);
            case UNSUPPORTED_VERSION, GROUP_ID_NOT_FOUND ->
                refuse(GroupFailures.refused(groupId, answer.error(), answer.message()));
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                requests.coordinatorMoved();
                joinLater(joining);
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH -> joinLater(joining);
            default -> {
                if (GroupFailures.isTemporary(answer.error())) {
                    joinLater(joining);
                } else {
                    fail(GroupFailures.refused(groupId, answer.error(), answer.message()));
                }
            }
        }
    }

    private void onJoined(Joining joining, Answer answer, long sentNanos) {
        failedAttempts = 0;
        String named = answer.memberId();
        memberId = named == null ? memberId : named;
        LOG.info("[{}] Joined group {} in epoch {} as {}", clientId(), groupId, answer.memberEpoch(), memberId);
        GroupIdentity identity = identity(answer);
        state = joining.joined(identity);
        listener.onIdentity(identity);
        heartbeats.every(answer.interval());
        heartbeats.start(sentNanos);
        target = answer.assignment().orElse(Map.of());
        if (requests.haveTopicsChanged()) {
            heartbeats.now();
        }
        reconcile();
    }

    private GroupIdentity identity(Answer answer) {
        return new GroupIdentity(groupId, memberId, answer.memberEpoch(), groupInstanceId);
    }

    private void joinLater(Joining joining) {
        state = joining;
        heartbeats.stop();
        failedAttempts++;
        home.schedule(
                () -> {
                    if (state == joining) {
                        join(joining);
                    }
                },
                backoff.delayNanos(failedAttempts));
    }

    @Override
    public boolean sendHeartbeat() {
        GroupIdentity as = identity(state);
        if (as == null) {
            return false;
        }
        if (underWay) {
            changedMeanwhile = true;
            return false;
        }
        underWay = true;
        changedMeanwhile = false;
        requests.heartbeat(memberId, as.generationId(), state.partitions()).whenComplete((answer, failure) -> {
            underWay = false;
            if (as.equals(identity(state))) {
                onAnswered(answer);
            } else if (changedMeanwhile) {
                heartbeats.now();
            }
        });
        return true;
    }

    private static @Nullable GroupIdentity identity(EpochMembership state) {
        if (state instanceof Reading reading) {
            return reading.identity();
        }
        return state instanceof Revoking revoking ? revoking.identity() : null;
    }

    /** Null if the answer was lost. */
    private void onAnswered(@Nullable Answer answer) {
        ErrorCode error = answer == null ? ErrorCode.NETWORK_EXCEPTION : answer.error();
        switch (error) {
            case NONE -> {
                if (answer != null) {
                    onAccepted(answer);
                }
            }
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                requests.coordinatorMoved();
                heartbeats.onUnanswered(backoff.delayNanos(1));
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, STALE_MEMBER_EPOCH -> lose(error.toString());
            default -> {
                if (GroupFailures.isTemporary(error)) {
                    heartbeats.onUnanswered(backoff.delayNanos(1));
                } else {
                    fail(GroupFailures.refused(groupId, error, answer == null ? null : answer.message()));
                }
            }
        }
    }

    private void onAccepted(Answer answer) {
        heartbeats.every(answer.interval());
        heartbeats.onAnswered();
        GroupIdentity now = identity(answer);
        if (!now.equals(identity(state))) {
            if (state instanceof Reading reading) {
                state = reading.in(now);
            } else if (state instanceof Revoking revoking) {
                state = revoking.in(now);
            }
            listener.onIdentity(now);
        }
        answer.assignment().ifPresent(assignment -> target = assignment);
        boolean changed = changedMeanwhile;
        reconcile();
        if (changed) {
            heartbeats.now();
        }
    }

    @Override
    public void onMetadata() {
        assert home.inEventLoop();
        reconcile();
    }

    @Override
    public void onSubscription() {
        assert home.inEventLoop();
        if (identity(state) != null) {
            heartbeats.now();
        }
    }

    /** Takes what has been assigned, or first gives up what has not. */
    private void reconcile() {
        if (!(state instanceof Reading reading)) {
            return;
        }
        matched.retain(target::containsKey, topic -> reads(reading, topic));
        Set<TopicPartition> wanted = wanted();
        Set<TopicPartition> moved = new HashSet<>(reading.partitions());
        moved.removeAll(wanted);
        if (!moved.isEmpty()) {
            revoke(reading.without(Copies.of(moved)));
            return;
        }
        Set<TopicPartition> added = new HashSet<>(wanted);
        added.removeAll(reading.partitions());
        if (!added.isEmpty()) {
            LOG.info("[{}] Group {} assigned {}", clientId(), groupId, added);
            state = reading.with(added);
            listener.onAssigned(Copies.of(added), reading.identity());
            heartbeats.now();
        }
    }

    private static boolean reads(Reading reading, String topic) {
        return reading.partitions().stream()
                .anyMatch(partition -> partition.topic().equals(topic));
    }

    /** What the coordinator has assigned, as far as the names of the topics are known; asks for the others. */
    private Set<TopicPartition> wanted() {
        Set<TopicPartition> wanted = new HashSet<>();
        Set<UUID> unknown = new HashSet<>();
        target.forEach((topicId, partitions) -> {
            String topic = topics.name(topicId);
            if (topic == null) {
                unknown.add(topicId);
            } else {
                if (subscription.brokerPattern() != null) {
                    matched.follow(topicId, topic);
                }
                partitions.forEach(partition -> wanted.add(new TopicPartition(topic, partition)));
            }
        });
        if (!unknown.isEmpty()) {
            matched.find(subscription.brokerPattern() == null ? Set.of() : unknown);
        }
        return wanted;
    }

    private void revoke(Revoking revoking) {
        LOG.info("[{}] Group {} takes {}", clientId(), groupId, revoking.moved());
        state = revoking;
        listener.onRevoking(revoking.moved(), () -> {
            if (state instanceof Revoking current && current.moved().equals(revoking.moved())) {
                state = current.revoked();
                heartbeats.now();
                reconcile();
            }
        });
    }

    @Override
    public boolean onCommitRefused(GroupIdentity as, ErrorCode error) {
        assert home.inEventLoop();
        if (!as.isMemberOfSameGeneration(identity(state))) {
            return false;
        }
        switch (error) {
            case STALE_MEMBER_EPOCH -> {
                heartbeats.now();
                return true;
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH -> lose(error.toString());
            default -> LOG.debug("[{}] Group {}: a commit was refused: {}", clientId(), groupId, error);
        }
        return false;
    }

    @Override
    public void onSessionExpired() {
        requests.coordinatorMoved();
        lose("no heartbeat was answered for session.timeout.ms");
    }

    private void lose(String why) {
        EpochMembership last = state;
        Joining joining;
        if (last instanceof Reading reading) {
            joining = reading.fenced();
        } else if (last instanceof Revoking revoking) {
            joining = revoking.fenced();
        } else {
            return;
        }
        LOG.warn("[{}] Lost the partitions {} of group {}: {}", clientId(), last.partitions(), groupId, why);
        state = joining;
        heartbeats.stop();
        tellLost(last.partitions());
        joinLater(joining);
    }

    private void fail(KafkaException cause) {
        EpochMembership last = state;
        state = new Failed();
        heartbeats.stop();
        if (!last.partitions().isEmpty()) {
            tellLost(last.partitions());
        }
        listener.onFailed(cause);
    }

    @Override
    public CompletableFuture<Void> close(Duration timeout) {
        assert home.inEventLoop();
        EpochMembership last = state;
        state = new Left();
        heartbeats.stop();
        matched.close();
        if (last instanceof Unjoined || last instanceof Failed || last instanceof Left) {
            requests.close();
            return CompletableFuture.completedFuture(null);
        }
        return requests.leave(memberId, timeout);
    }

    private String clientId() {
        return cluster.options().clientId();
    }
}
