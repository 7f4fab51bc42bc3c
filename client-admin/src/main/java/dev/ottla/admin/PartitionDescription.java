package dev.ottla.admin;

import java.util.List;
import java.util.OptionalInt;

/**
 * A partition and its replicas; brokers are named by their node ids, which {@link ClusterAdmin#describe()} resolves. Immutable.
 *
 * @param partition the partition's number, from 0
 * @param leaderId the broker that leads it; empty while it has no leader
 * @param leaderEpoch how often the leader has changed; empty from brokers before 2.1
 * @param replicaNodes the brokers that have a replica, the preferred leader first
 * @param isrNodes those whose replicas are in sync
 * @param offlineReplicas those whose replicas are offline
 */
public record PartitionDescription(
        int partition,
        OptionalInt leaderId,
        OptionalInt leaderEpoch,
        List<Integer> replicaNodes,
        List<Integer> isrNodes,
        List<Integer> offlineReplicas) {

    /** Copies the lists. */
    public PartitionDescription {
        replicaNodes = List.copyOf(replicaNodes);
        isrNodes = List.copyOf(isrNodes);
        offlineReplicas = List.copyOf(offlineReplicas);
    }
}
