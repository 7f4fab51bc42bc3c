package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.group.GroupRequests.Joined;
import dev.ottla.consumer.internal.group.GroupRequests.LastAssigned;
import dev.ottla.consumer.internal.group.GroupRequests.Synced;
import dev.ottla.consumer.internal.group.Membership.Failed;
import dev.ottla.consumer.internal.group.Membership.Joining;
import dev.ottla.consumer.internal.group.Membership.Left;
import dev.ottla.consumer.internal.group.Membership.Revoking;
import dev.ottla.consumer.internal.group.Membership.Stable;
import dev.ottla.consumer.internal.group.Membership.Syncing;
import dev.ottla.consumer.internal.group.Membership.Unjoined;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a classic group: drives {@link Membership} by answers, timers and what the application does. Owned by the home
 * loop. Heartbeats go on by themselves; giving up partitions waits for the application to poll, because only then it is done
 * with their records. With cooperative assignors that are only those that move.
 */
@EventLoopConfined
public final class ClassicMember implements GroupMember, Heartbeats.Subject {
    private static final Logger LOG = LoggerFactory.getLogger(ClassicMember.class);

    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerOptions options;
    private final String groupId;
    private final TopicSubscription subscription;
    private final GroupRequests requests;
    private final GroupLeader leader;
    private final GroupCalls calls;
    private final Heartbeats heartbeats;
    private final ExponentialBackoff backoff;
    private final Listener listener;

    /** Written on the home loop only; polling threads look whether it waits for them. */
    private volatile Membership state = new Unjoined();

    private int failedAttempts;

    /** What the group was told last that this member subscribes to. */
    private Set<String> joinedTopics = Set.of();

    /** For sticky assignors; what was lost since then is sorted out by its generation. */
    private LastAssigned lastAssigned = LastAssigned.NOTHING;

    /** A member that joins at the first poll. */
    public ClassicMember(
            Cluster cluster,
            ConsumerOptions options,
            String groupId,
            TopicSubscription subscription,
            List<PartitionAssignor> assignors,
            Listener listener) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.options = options;
        this.groupId = groupId;
        this.requests = new GroupRequests(groupId, options, cluster.options().clientRack(), subscription, assignors);
        this.leader = new GroupLeader(cluster, subscription);
        this.subscription = subscription;
        this.calls = new GroupCalls(cluster, groupId, options, requests);
        this.heartbeats = new Heartbeats(home, options, this);
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
        this.listener = listener;
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
        Membership last = state;
        if (last instanceof Unjoined || last instanceof Failed || last instanceof Left) {
            return;
        }
        LOG.warn(
                "[{}] Leaving group {}: the application has not polled for max.poll.interval.ms ({}). Raise it, or"
                        + " lower max.poll.records.",
                clientId(),
                groupId,
                options.maxPollInterval());
        state = new Unjoined();
        heartbeats.stop();
        calls.leave(last, "max.poll.interval.ms is over", options.sessionTimeout());
        tellLost(last.partitions());
    }

    private void tellLost(Set<TopicPartition> partitions) {
        listener.onIdentity(null);
        listener.onLost(partitions);
    }

    private void join(Joining joining) {
        state = joining;
        heartbeats.stop();
        joinedTopics = subscription.names();
        calls.join(joining.memberId(), joining.partitions(), lastAssigned).whenComplete((joined, failure) -> {
            if (state == joining) {
                if (joined != null) {
                    onJoined(joining, joined);
                } else {
                    onUnanswered(joining, failure);
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
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION ->
                forfeit(joining, joined.error().toString(), false);
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
        if (GroupFailures.isTemporary(error)) {
            LOG.debug("[{}] Group {}: {} was answered with {}", clientId(), groupId, api, error);
            joinLater(again);
        } else {
            fail(GroupFailures.refused(groupId, api, error));
        }
    }

    private void onUnanswered(Joining again, @Nullable Throwable failure) {
        KafkaException cause = ClusterFailures.of(failure == null ? new IllegalStateException("no answer") : failure);
        if (GroupFailures.isPermanent(cause)) {
            fail(cause);
        } else {
            LOG.debug("[{}] Group {}: {}", clientId(), groupId, cause.getMessage());
            joinLater(again);
        }
    }

    private void joinLater(Joining joining) {
        if (!joining.partitions().isEmpty() && heartbeats.isOverdue()) {
            forfeit(joining, "the coordinator was not heard for session.timeout.ms", true);
            return;
        }
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

    /** What the member kept while it was joining is another's, or may be. */
    private void forfeit(Joining joining, String why, boolean keepMemberId) {
        if (!joining.partitions().isEmpty()) {
            LOG.warn("[{}] Lost the partitions {} of group {}: {}", clientId(), joining.partitions(), groupId, why);
            tellLost(joining.partitions());
        }
        joinLater(joining.fenced(keepMemberId));
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
                    onUnanswered(syncing.rejoin(), failure);
                }
            }
        });
    }

    private void onSynced(
            Syncing syncing, Synced synced, Map<String, Integer> partitionsPerTopic, long requestSentNanos) {
        switch (synced.error()) {
            case NONE -> {
                heartbeats.start(requestSentNanos);
                onAssignment(syncing, syncing.synced(synced.partitions(), partitionsPerTopic));
            }
            case REBALANCE_IN_PROGRESS -> join(syncing.rejoin());
            case UNKNOWN_MEMBER_ID -> forfeit(syncing.rejoin(), synced.error().toString(), false);
            case ILLEGAL_GENERATION -> forfeit(syncing.rejoin(), synced.error().toString(), true);
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                calls.coordinatorMoved();
                joinLater(syncing.rejoin());
            }
            default -> onError(ApiKey.SYNC_GROUP, synced.error(), syncing.rejoin());
        }
    }

    private void onAssignment(Syncing syncing, Stable stable) {
        state = stable;
        LOG.info("[{}] Group {} assigned {}", clientId(), groupId, stable.partitions());
        lastAssigned = new LastAssigned(stable.partitions(), stable.identity().generationId());
        listener.onAssigned(difference(stable.partitions(), syncing.partitions()), stable.identity());
        Set<TopicPartition> moved = difference(syncing.partitions(), stable.partitions());
        if (moved.isEmpty()) {
            checkTopics();
        } else {
            revoke(stable.without(moved));
        }
    }

    private static Set<TopicPartition> difference(Set<TopicPartition> from, Set<TopicPartition> what) {
        Set<TopicPartition> rest = new HashSet<>(from);
        rest.removeAll(what);
        return Copies.of(rest);
    }

    @Override
    public void onMetadata() {
        assert home.inEventLoop();
        checkTopics();
    }

    @Override
    public void onSubscription() {
        assert home.inEventLoop();
        checkTopics();
    }

    private void checkTopics() {
        if (!(state instanceof Stable stable)) {
            return;
        }
        if (!joinedTopics.equals(subscription.names()) || leader.isOutdated(stable.partitionsPerTopic())) {
            LOG.info("[{}] Group {} rebalances because its topics have changed", clientId(), groupId);
            rebalance(stable);
        }
    }

    private void rebalance(Stable stable) {
        if (requests.isCooperative()) {
            join(stable.rejoining());
        } else {
            revoke(stable.rebalancing());
        }
    }

    private void revoke(Revoking revoking) {
        state = revoking;
        listener.onRevoking(revoking.moved(), () -> {
            if (state == revoking) {
                Joining joining = revoking.revoked();
                if (joining.partitions().isEmpty()) {
                    listener.onIdentity(null);
                }
                join(joining);
            }
        });
    }

    @Override
    public boolean sendHeartbeat() {
        GroupIdentity identity = identity(state);
        if (identity == null) {
            return false;
        }
        calls.heartbeat(identity).whenComplete((error, failure) -> {
            if (identity.equals(identity(state))) {
                onHeartbeat(error == null ? ErrorCode.NETWORK_EXCEPTION : error);
            }
        });
        return true;
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
                if (GroupFailures.isTemporary(error)) {
                    heartbeats.onUnanswered(backoff.delayNanos(1));
                } else {
                    onMembershipError(error);
                }
            }
        }
    }

    @Override
    public boolean onCommitRefused(GroupIdentity as, ErrorCode error) {
        assert home.inEventLoop();
        if (as.isMemberOfSameGeneration(identity(state))) {
            boolean ofMember = error == ErrorCode.UNKNOWN_MEMBER_ID
                    || error == ErrorCode.ILLEGAL_GENERATION
                    || error == ErrorCode.REBALANCE_IN_PROGRESS
                    || error == ErrorCode.FENCED_INSTANCE_ID;
            if (ofMember) {
                onMembershipError(error);
            }
        }
        boolean ofGeneration = error == ErrorCode.ILLEGAL_GENERATION || error == ErrorCode.REBALANCE_IN_PROGRESS;
        boolean onTheWayIn = state instanceof Joining || state instanceof Syncing;
        return ofGeneration && onTheWayIn && !state.partitions().isEmpty();
    }

    private void onMembershipError(ErrorCode error) {
        switch (error) {
            case REBALANCE_IN_PROGRESS -> {
                if (state instanceof Stable stable) {
                    LOG.info("[{}] Group {} rebalances", clientId(), groupId);
                    rebalance(stable);
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
        tellLost(last.partitions());
        joinLater(joining);
    }

    private void fail(KafkaException cause) {
        Membership last = state;
        state = new Failed(cause);
        heartbeats.stop();
        if (!last.partitions().isEmpty()) {
            tellLost(last.partitions());
        }
        listener.onFailed(cause);
    }

    @Override
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
