package dev.ottla.producer.internal;

import dev.ottla.common.Node;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.Immutable;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The partitions of a topic as they are known at one moment, each with its queue. Replaced as a whole on the home loop. */
@Immutable
public final class Partitions implements StickyPartition.Candidates {
    private final TopicMetadata metadata;
    private final List<Optional<Node>> leaders;
    private final PartitionQueue[] queues;
    private final int[] available;

    Partitions(TopicMetadata metadata, Metadata cluster, PartitionQueue[] queues) {
        this.metadata = metadata;
        this.queues = queues;
        this.leaders = metadata.partitions().stream()
                .map(partition -> Optional.ofNullable(cluster.node(partition.leaderId())))
                .toList();
        this.available = IntStream.range(0, metadata.partitionCount())
                .filter(this::isAvailable)
                .toArray();
    }

    TopicMetadata metadata() {
        return metadata;
    }

    /** The queue of a partition that exists; also of one that the topic no longer has. */
    PartitionQueue queue(int partition) {
        return queues[partition];
    }

    PartitionQueue[] queues() {
        return queues;
    }

    /** The name of the topic. */
    public String topic() {
        return metadata.name();
    }

    /** How many partitions the topic has. */
    @Override
    public int count() {
        return metadata.partitionCount();
    }

    /** How many of them have a leader. */
    @Override
    public int availableCount() {
        return available.length;
    }

    /** The number of the {@code index}-th partition that has a leader. */
    @Override
    public int available(int index) {
        return available[index];
    }

    /** Whether the topic has this partition and the partition has a leader. */
    @Override
    public boolean isAvailable(int partition) {
        PartitionMetadata known = metadata.partition(partition);
        return known != null && known.hasLeader();
    }

    /** The leader of a partition, if it has one. */
    public Optional<Node> leader(int partition) {
        return leaders.get(partition);
    }

    @Override
    public int backlog(int partition) {
        return queue(partition).backlog();
    }

    @Override
    public boolean isStalled(int partition) {
        return queue(partition).isStalled();
    }

    /** Whether nothing has changed that a sender would notice. */
    boolean isSame(TopicMetadata other, Metadata cluster) {
        return metadata.equals(other)
                && leaders.equals(other.partitions().stream()
                        .map(partition -> Optional.ofNullable(cluster.node(partition.leaderId())))
                        .toList());
    }
}
