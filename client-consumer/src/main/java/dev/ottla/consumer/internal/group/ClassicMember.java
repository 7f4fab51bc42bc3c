package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.group.GroupRequests.Joined;
import dev.ottla.consumer.internal.group.GroupRequests.Synced;
import dev.ottla.consumer.internal.group.Membership.Failed;
import dev.ottla.consumer.internal.group.Membership.Joining;
import dev.ottla.consumer.internal.group.Membership.Left;
import dev.ottla.consumer.internal.group.Membership.Revoking;
import dev.ottla.consumer.internal.group.Membership.Stable;
import dev.ottla.consumer.internal.group.Membership.Syncing;
import dev.ottla.consumer.internal.group.Membership.Unjoined;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a classic group, with eager rebalances: drives {@link Membership} by answers, timers and what the
 * application does. Owned by the home loop. Heartbeats go on by themselves; a rebalance waits for the application to poll,
 * because only then it is done with the records of its partitions.
 */
@EventLoopConfined
public final class ClassicMember implements Heartbeats.Subject {
    private static final Logger LOG = LoggerFactory.getLogger(ClassicMember.class);

    /** What a member tells the consumer that it is part of, on the home loop. */
    public interface Listener {
        /** The partitions are this member's from now on, and commits are made as {@code identity}. */
        void onAssigned(Set<TopicPartition> partitions, GroupIdentity identity);

        /** The partitions will be another's: run {@code revoked} on the home loop once the application has been told. */
        void onRevoking(Set<TopicPartition> partitions, Runnable revoked);

        /** The partitions are another's by now, or may be. */
        void onLost(Set<TopicPartition> partitions);

        /** The group refuses this member for good. */
        void onFailed(KafkaException cause);
    }

    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerOptions options;
    private final String groupId;
    private final GroupRequests requests;
    private final GroupLeader leader;
    private final GroupCalls calls;
    private final Heartbeats heartbeats;
    private final ExponentialBackoff backoff;
    private final Listener listener;

    /** Written on the home loop only; polling threads look whether it waits for them. */
    private volatile Membership state = new Unjoined();

    private int failedAttempts;

    /** A member that joins at the first poll. */
    public ClassicMember(
            Cluster cluster,
            ConsumerOptions options,
            String groupId,
            Set<String> topics,
            List<PartitionAssignor> assignors,
            Listener listener) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.options = options;
        this.groupId = groupId;
        this.requests = new GroupRequests(groupId, options, topics, assignors);
        this.leader = new GroupLeader(cluster, topics);
        this.calls = new GroupCalls(cluster, groupId, options, requests);
        this.heartbeats = new Heartbeats(home, options, this);
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
        this.listener = listener;
    }

    /** Whether {@link #onPoll} would make a difference. Any thread. */
    public boolean waitsForPoll() {
        return state instanceof Unjoined;
    }

    /** Whether nothing may be delivered because the session has ended, known or not. Any thread. */
    public boolean isSessionOver() {
        return heartbeats.isSessionOver();
    }

    /** The application polls, so it is alive. */
    public void onPoll() {
        assert home.inEventLoop();
        if (state instanceof Unjoined unjoined) {
            join(unjoined.polled());
        }
    }

    /** The application has not polled for {@code max.poll.interval.ms}: others shall have its partitions. */
    public void onPollMissed() {
        assert home.inEventLoop();
        Membership last = state;
        if (last instanceof Unjoined || last instanceof Failed || last instanceof Left) {
            return;
        }
        LOG.warn(
                "[{}] Leaving group {}: the application has not polled for max.poll.interval.ms ({}). Raise it, or lower"
                        + " max.poll.records.",
                clientId(),
                groupId,
                options.maxPollInterval());
        state = new Unjoined();
        heartbeats.stop();
        calls.leave(last, "max.poll.interval.ms is over", options.sessionTimeout());
        listener.onLost(last.partitions());
    }

    private void join(Joining joining) {
        state = joining;
        heartbeats.stop();
        calls.join(joining.memberId()).whenComplete((joined, failure) -> {
            if (state == joining) {
                if (joined != null) {
                    onJoined(joining, joined);
                } else {
                    onUnanswered(joining.memberId(), failure);
                }
            }
        });
    }

    private void onJoined(Joining joining, Joined joined) {
        switch (joined.error()) {
            case NONE -> {
                failedAttempts = 0;
                sync(joining.joined(joined.identity()), joined);
            }
            case MEMBER_ID_REQUIRED -> join(joining.as(joined.identity().memberId()));
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> joinLater(joining.as(""));
            case COORDINATOR_LOAD_IN_PROGRESS, REBALANCE_IN_PROGRESS -> joinLater(joining);
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                calls.coordinatorMoved();
                joinLater(joining);
            }
            default -> onError(ApiKey.JOIN_GROUP, joined.error(), joining);
        }
    }

    /** An error that means nothing special here: temporary or not. */
    private void onError(ApiKey api, ErrorCode error, Joining again) {
        if (isTemporary(error)) {
            LOG.debug("[{}] Group {}: {} was answered with {}", clientId(), groupId, api, error);
            joinLater(again);
        } else {
            fail(GroupFailures.refused(groupId, api, error));
        }
    }

    /** A coordinator that failed in a way that it did not expect has refused nothing: the next attempt may well succeed. */
    private static boolean isTemporary(ErrorCode error) {
        return error.isRetriable() || error == ErrorCode.UNKNOWN_SERVER_ERROR;
    }

    private void onUnanswered(String memberId, @Nullable Throwable failure) {
        KafkaException cause = ClusterFailures.of(failure == null ? new IllegalStateException("no answer") : failure);
        if (isPermanent(cause)) {
            fail(cause);
        } else {
            LOG.debug("[{}] Group {}: {}", clientId(), groupId, cause.getMessage());
            joinLater(new Joining(memberId));
        }
    }

    private static boolean isPermanent(KafkaException cause) {
        return cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof UnsupportedVersionException
                || cause instanceof ClosedException;
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

    private void sync(Syncing syncing, Joined joined) {
        state = syncing;
        LOG.info(
                "[{}] Joined group {} in generation {} as {}{}",
                clientId(),
                groupId,
                syncing.identity().generationId(),
                syncing.memberId(),
                joined.isLeader() ? ", its leader" : "");
        if (!joined.isLeader() || joined.skipAssignment()) {
            leader.resign();
            sendSync(syncing, joined.protocol(), Map.of(), Map.of());
            return;
        }
        divide(joined).whenComplete((division, failure) -> {
            if (state != syncing) {
                return;
            }
            if (division != null) {
                sendSync(syncing, joined.protocol(), division.byMember(), division.partitionsPerTopic());
            } else {
                fail(GroupFailures.notAssignable(groupId, ClusterFailures.of(failure)));
            }
        });
    }

    private CompletableFuture<GroupLeader.Division> divide(Joined joined) {
        try {
            return leader.divide(requests.assignor(joined.protocol()), joined.members());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(GroupFailures.notAssignable(groupId, e));
        }
    }

    private void sendSync(
            Syncing syncing,
            String protocol,
            Map<String, List<TopicPartition>> assignments,
            Map<String, Integer> partitionsPerTopic) {
        long sentNanos = home.nanoTime();
        calls.sync(syncing.identity(), protocol, assignments).whenComplete((synced, failure) -> {
            if (state == syncing) {
                if (synced != null) {
                    onSynced(syncing, synced, partitionsPerTopic, sentNanos);
                } else {
                    onUnanswered(syncing.memberId(), failure);
                }
            }
        });
    }

    private void onSynced(
            Syncing syncing, Synced synced, Map<String, Integer> partitionsPerTopic, long requestSentNanos) {
        switch (synced.error()) {
            case NONE -> {
                Stable stable = syncing.synced(synced.partitions(), partitionsPerTopic);
                state = stable;
                LOG.info("[{}] Group {} assigned {}", clientId(), groupId, stable.partitions());
                heartbeats.start(requestSentNanos);
                listener.onAssigned(stable.partitions(), stable.identity());
                checkTopics();
            }
            case REBALANCE_IN_PROGRESS -> join(syncing.rejoin(true));
            case UNKNOWN_MEMBER_ID -> joinLater(syncing.rejoin(false));
            case ILLEGAL_GENERATION -> joinLater(syncing.rejoin(true));
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                calls.coordinatorMoved();
                joinLater(syncing.rejoin(true));
            }
            default -> onError(ApiKey.SYNC_GROUP, synced.error(), syncing.rejoin(true));
        }
    }

    /** Topics may have got more partitions, or exist by now. */
    public void onMetadata() {
        assert home.inEventLoop();
        checkTopics();
    }

    private void checkTopics() {
        if (state instanceof Stable stable && leader.isOutdated(stable.partitionsPerTopic())) {
            LOG.info("[{}] Group {} rebalances because its topics have changed", clientId(), groupId);
            revoke(stable);
        }
    }

    private void revoke(Stable stable) {
        Revoking revoking = stable.rebalancing();
        state = revoking;
        listener.onRevoking(revoking.partitions(), () -> {
            if (state == revoking) {
                join(revoking.revoked());
            }
        });
    }

    @Override
    public void sendHeartbeat() {
        GroupIdentity identity = identity(state);
        if (identity == null) {
            return;
        }
        calls.heartbeat(identity).whenComplete((error, failure) -> {
            if (identity.equals(identity(state))) {
                onHeartbeat(error == null ? ErrorCode.NETWORK_EXCEPTION : error);
            }
        });
    }

    private static @Nullable GroupIdentity identity(Membership state) {
        if (state instanceof Stable stable) {
            return stable.identity();
        }
        return state instanceof Revoking revoking ? revoking.identity() : null;
    }

    private void onHeartbeat(ErrorCode error) {
        switch (error) {
            case NONE -> heartbeats.onAnswered();
            case REBALANCE_IN_PROGRESS -> {
                heartbeats.onAnswered();
                onMembershipError(error);
            }
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                calls.coordinatorMoved();
                heartbeats.onUnanswered(backoff.delayNanos(1));
            }
            default -> {
                if (isTemporary(error)) {
                    heartbeats.onUnanswered(backoff.delayNanos(1));
                } else {
                    onMembershipError(error);
                }
            }
        }
    }

    /** A commit was refused; what the coordinator thinks of this member shows there too. */
    public void onCommitRefused(GroupIdentity as, ErrorCode error) {
        assert home.inEventLoop();
        boolean ofMember = error == ErrorCode.UNKNOWN_MEMBER_ID
                || error == ErrorCode.ILLEGAL_GENERATION
                || error == ErrorCode.REBALANCE_IN_PROGRESS
                || error == ErrorCode.FENCED_INSTANCE_ID;
        if (ofMember && as.equals(identity(state))) {
            onMembershipError(error);
        }
    }

    private void onMembershipError(ErrorCode error) {
        switch (error) {
            case REBALANCE_IN_PROGRESS -> {
                if (state instanceof Stable stable) {
                    LOG.info("[{}] Group {} rebalances", clientId(), groupId);
                    revoke(stable);
                }
            }
            case UNKNOWN_MEMBER_ID -> lose(error.toString(), false);
            case ILLEGAL_GENERATION -> lose(error.toString(), true);
            default -> fail(GroupFailures.refused(groupId, ApiKey.HEARTBEAT, error));
        }
    }

    @Override
    public void onSessionExpired() {
        calls.coordinatorMoved();
        lose("no heartbeat was answered for session.timeout.ms", true);
    }

    private void lose(String why, boolean keepMemberId) {
        Membership last = state;
        Joining joining;
        if (last instanceof Stable stable) {
            joining = stable.fenced(keepMemberId);
        } else if (last instanceof Revoking revoking) {
            joining = revoking.fenced(keepMemberId);
        } else {
            return;
        }
        LOG.warn("[{}] Lost the partitions {} of group {}: {}", clientId(), last.partitions(), groupId, why);
        state = joining;
        heartbeats.stop();
        listener.onLost(last.partitions());
        joinLater(joining);
    }

    private void fail(KafkaException cause) {
        Membership last = state;
        state = new Failed(cause);
        heartbeats.stop();
        if (!last.partitions().isEmpty()) {
            listener.onLost(last.partitions());
        }
        listener.onFailed(cause);
    }

    /** Ends the membership; the future completes when the group knows, or when the time is up. */
    public CompletableFuture<Void> close(Duration timeout) {
        assert home.inEventLoop();
        Membership last = state;
        state = new Left();
        heartbeats.stop();
        leader.resign();
        return calls.leave(last, "the consumer was closed", timeout);
    }

    private String clientId() {
        return cluster.options().clientId();
    }
}
