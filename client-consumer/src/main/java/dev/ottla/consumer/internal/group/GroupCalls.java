package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.group.GroupRequests.Joined;
import dev.ottla.consumer.internal.group.GroupRequests.LastAssigned;
import dev.ottla.consumer.internal.group.GroupRequests.Synced;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What a member asks its coordinator, each time once and with the right patience. Owned by the home loop. */
@EventLoopConfined
final class GroupCalls {
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
        return Collections.max(List.of(rebalance, request));
    }

    /** Fails with the connection; else with whatever the coordinator said, {@link ErrorCode#NONE} included, it completes. */
    CompletableFuture<ErrorCode> heartbeat(GroupIdentity identity) {
        Duration session = options.sessionTimeout();
        Duration request = cluster.options().requestTimeout();
        Duration timeout = Collections.min(List.of(request, session));
        return link.send(requests.heartbeat(identity), timeout, response -> ErrorCode.of(response.errorCode()));
    }

    /**
     * Tells the group that the member is gone, with retries; completes in any case. A static member does not leave: it may
     * come back under its name.
     */
    CompletableFuture<Void> leave(Membership last, String reason, Duration timeout) {
        if (!last.isMember() || options.groupInstanceId().isPresent()) {
            link.close(GroupFailures.coordinatorMoved(groupId));
            return CompletableFuture.completedFuture(null);
        }
        return link.leave(
                requests.leave(last.memberId(), reason), response -> ErrorCode.of(response.errorCode()), timeout);
    }

    /** The next request asks anew who coordinates the group. */
    void coordinatorMoved() {
        link.moved();
    }
}
