package dev.ottla.producer.internal;

import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The senders by node id, made when a broker first leads a partition, and the one place for partitions without a leader. */
@ThreadSafe
final class PartitionOwners {
    private final Cluster cluster;
    private final SendingOptions options;
    private final Batches batches;
    private final Urgency urgency;
    private final MemoryBudget budget;
    private final Identities ids;
    private final LeaderlessPartitions leaderless;
    private final ConcurrentHashMap<Integer, BrokerSender> senders = new ConcurrentHashMap<>();

    PartitionOwners(
            Cluster cluster,
            SendingOptions options,
            Batches batches,
            Urgency urgency,
            MemoryBudget budget,
            Identities ids) {
        this.cluster = cluster;
        this.options = options;
        this.batches = batches;
        this.urgency = urgency;
        this.budget = budget;
        this.ids = ids;
        this.leaderless = new LeaderlessPartitions(
                cluster,
                new PartitionWatch(cluster.homeLoop(), batches, options, ids, ProducerFailures.LEADERLESS),
                budget.leaderless());
    }

    Cluster cluster() {
        return cluster;
    }

    /** Home loop: who is responsible for a partition that the cluster describes so, or does not know. */
    PartitionOwner ownerOf(@Nullable PartitionMetadata partition) {
        return partition == null || !partition.hasLeader()
                ? leaderless
                : senders.computeIfAbsent(partition.leaderId(), this::newSender);
    }

    private BrokerSender newSender(int nodeId) {
        return new BrokerSender(
                cluster,
                cluster.broker(nodeId),
                options,
                batches,
                new Urgency.OfBroker(urgency, budget.newShare()),
                ids);
    }

    Identities ids() {
        return ids;
    }

    LeaderlessPartitions leaderless() {
        return leaderless;
    }

    /** Every sender looks again what it can send, because what may wait has changed. Any thread. */
    void wakeAll() {
        senders.values().forEach(BrokerSender::wake);
    }
}
