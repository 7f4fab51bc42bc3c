package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.group.GroupRequests.Joined;
import dev.ottla.consumer.internal.group.GroupRequests.LastAssigned;
import dev.ottla.consumer.internal.group.GroupRequests.Synced;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a member asks its coordinator, each time once and with the right patience. Owned by the home loop. */
@EventLoopConfined
final class GroupCalls {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCalls.class);

    /** The coordinator may answer JoinGroup only when the rebalance timeout is over, and then a little later. */
    private static final Duration JOIN_SLACK = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final String groupId;
    private final ConsumerOptions options;
    private final GroupRequests requests;
    private final CoordinatorLink link;

    GroupCalls(Cluster cluster, String groupId, ConsumerOptions options, GroupRequests requests) {
        this.cluster = cluster;
        this.groupId = groupId;
        this.options = options;
        this.requests = requests;
        this.link = new CoordinatorLink(cluster, groupId);
    }

    CompletableFuture<Joined> join(String memberId, Set<TopicPartition> owned, LastAssigned last) {
        return link.send(requests.join(memberId, owned, last), rebalanceTimeout(), requests::read);
    }

    CompletableFuture<Synced> sync(
            GroupIdentity identity, String protocol, Map<String, List<TopicPartition>> assignments) {
        return link.send(requests.sync(identity, protocol, assignments), rebalanceTimeout(), requests::read);
    }

    private Duration rebalanceTimeout() {
        Duration rebalance = options.maxPollInterval().plus(JOIN_SLACK);
        Duration request = cluster.options().requestTimeout();
        return rebalance.compareTo(request) < 0 ? request : rebalance;
    }

    /** Fails with the connection; else with whatever the coordinator said, {@link ErrorCode#NONE} included, it completes. */
    CompletableFuture<ErrorCode> heartbeat(GroupIdentity identity) {
        Duration session = options.sessionTimeout();
        Duration request = cluster.options().requestTimeout();
        Duration timeout = request.compareTo(session) < 0 ? request : session;
        return link.send(requests.heartbeat(identity), timeout, response -> ErrorCode.of(response.errorCode()));
    }

    /**
     * Tells the group that the member is gone, with retries; completes in any case. Goes over the shared connections, because
     * the member's own may be waiting for JoinGroup. A static member does not leave: it may come back under its name.
     */
    CompletableFuture<Void> leave(Membership last, String reason, Duration timeout) {
        link.close(GroupFailures.coordinatorMoved(groupId));
        if (!last.isMember() || options.groupInstanceId().isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        return cluster.call(new Call<>(
                        Route.groupCoordinator(groupId),
                        requests.leave(last.memberId(), reason),
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.of(response.errorCode()),
                        timeout))
                .handle((response, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "[{}] Leaving group {} was not confirmed: {}",
                                cluster.options().clientId(),
                                groupId,
                                failure.getMessage());
                    }
                    return null;
                });
    }

    /** The next request asks anew who coordinates the group. */
    void coordinatorMoved() {
        link.moved();
    }
}
