package dev.ottla.internal.cluster;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;

/**
 * One partition as the cluster describes it.
 *
 * @param leaderId the node that leads it, or {@link #NO_LEADER}
 * @param leaderEpoch counts the leaders that it has had, or {@link #UNKNOWN_EPOCH} from a broker that does not tell
 * @param error why there is no leader, or {@link ErrorCode#NONE}
 */
@Immutable
public record PartitionMetadata(
        int partition,
        int leaderId,
        int leaderEpoch,
        Ints replicaNodes,
        Ints isrNodes,
        Ints offlineReplicas,
        ErrorCode error) {
    /** No node leads the partition now. */
    public static final int NO_LEADER = -1;

    /** The epoch is not known. */
    public static final int UNKNOWN_EPOCH = -1;

    /** Whether a node leads the partition. */
    public boolean hasLeader() {
        return leaderId >= 0;
    }

    PartitionMetadata withLeader(int newLeaderId, int newLeaderEpoch) {
        return new PartitionMetadata(
                partition, newLeaderId, newLeaderEpoch, replicaNodes, isrNodes, offlineReplicas, ErrorCode.NONE);
    }
}
