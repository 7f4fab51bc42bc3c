package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import dev.ottla.testkit.internal.txn.Transactions.Markers;
import java.util.HashMap;
import java.util.Map;

/** Writes the end of a transaction into logs and into the offsets of groups. Called by the coordinator, on the cluster's loop. */
@EventLoopConfined
final class TransactionMarkers implements Markers {
    private final ClusterModel model;

    /** Markers that a new leader may not have, with their offsets. */
    private final Map<Marker, Long> unreplicated = new HashMap<>();

    private record Marker(TopicPartition partition, ProducerIdentity producer) {}

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
        Marker marker = new Marker(asked, producer);
        Long offset = unreplicated.remove(marker);
        if (offset == null || !partition.log().hasMarker(producer.producerId(), producer.epoch(), offset)) {
            offset = partition.appendMarker(
                    producer.producerId(),
                    producer.epoch(),
                    isCommit,
                    model.clock().currentTimeMillis());
        }
        boolean isReplicated = partition.log().highWatermark() > offset;
        if (!isReplicated) {
            unreplicated.put(marker, offset);
        }
        return isReplicated;
    }

    @Override
    public void write(String groupId, ProducerIdentity producer, boolean isCommit) {
        model.groups().offsets(groupId).endTransaction(producer.producerId(), isCommit);
    }
}
