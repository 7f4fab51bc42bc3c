package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import dev.ottla.testkit.internal.txn.Transactions.Markers;

/** Writes the end of a transaction into logs and into the offsets of groups. Called by the coordinator, on the cluster's loop. */
@EventLoopConfined
final class TransactionMarkers implements Markers {
    private final ClusterModel model;

    TransactionMarkers(ClusterModel model) {
        this.model = model;
    }

    /** A partition that has been deleted meanwhile needs no marker. */
    @Override
    public boolean tryWrite(TopicPartition asked, ProducerIdentity producer, boolean isCommit) {
        Partition partition = model.topics().partition(asked.topic(), asked.partition());
        if (partition == null) {
            return true;
        }
        if (partition.leader() == Partition.NO_LEADER) {
            return false;
        }
        partition.appendMarker(
                producer.producerId(), producer.epoch(), isCommit, model.clock().currentTimeMillis());
        return true;
    }

    @Override
    public void write(String groupId, ProducerIdentity producer, boolean isCommit) {
        model.groups().offsets(groupId).endTransaction(producer.producerId(), isCommit);
    }
}
