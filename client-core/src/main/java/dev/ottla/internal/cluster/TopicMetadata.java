package dev.ottla.internal.cluster;

import dev.ottla.internal.concurrent.Immutable;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One topic as the cluster describes it.
 *
 * @param topicId {@link #NO_ID} from brokers before 2.8
 * @param partitions at index {@code i} partition {@code i}
 */
@Immutable
public record TopicMetadata(String name, UUID topicId, boolean internal, List<PartitionMetadata> partitions) {
    /** What stands for a topic id where there is none. */
    public static final UUID NO_ID = new UUID(0, 0);

    /** The partition of this number, or null if the topic has none of it. */
    public @Nullable PartitionMetadata partition(int partition) {
        return partition >= 0 && partition < partitions.size() ? partitions.get(partition) : null;
    }

    /** How many partitions the topic has. */
    public int partitionCount() {
        return partitions.size();
    }

    /** Whether the other is the same topic, and not one that was created anew under the same name. */
    boolean isSameTopicAs(TopicMetadata other) {
        return topicId.equals(NO_ID) || other.topicId.equals(NO_ID) || Objects.equals(topicId, other.topicId);
    }
}
