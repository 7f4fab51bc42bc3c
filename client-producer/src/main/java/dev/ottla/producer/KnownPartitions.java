package dev.ottla.producer;

import dev.ottla.common.Node;
import dev.ottla.producer.internal.Partitions;
import java.util.Optional;

/** The client's own view of a topic, for partitioners. */
record KnownPartitions(Partitions partitions) implements TopicPartitions {

    @Override
    public String topic() {
        return partitions.topic();
    }

    @Override
    public int count() {
        return partitions.count();
    }

    @Override
    public int availableCount() {
        return partitions.availableCount();
    }

    @Override
    public int available(int index) {
        return partitions.available(index);
    }

    @Override
    public boolean isAvailable(int partition) {
        return partitions.isAvailable(partition);
    }

    @Override
    public Optional<Node> leader(int partition) {
        return partitions.leader(partition);
    }

    @Override
    public String toString() {
        return topic() + " (" + count() + " partitions, " + availableCount() + " with a leader)";
    }
}
