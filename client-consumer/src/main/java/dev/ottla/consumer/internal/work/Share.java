package dev.ottla.consumer.internal.work;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One partition's part of a {@link WorkBoard}, as long as the partition stays this consumer's. Confined by the board's lock.
 *
 * @param <T> what is worked on
 */
@Confined
final class Share<T> {
    final TopicPartition partition;

    /** By which the consumer tells this assignment of the partition from another. */
    final long tenure;

    final OpenOffsets offsets = new OpenOffsets();

    /** The last work of each lane that has any; what came before it leads to it by {@link Work#next}. */
    final Map<Object, Work<T>> lanes = new HashMap<>();

    /** Whether work may still be started. */
    boolean accepting = true;

    /** Whether no more should be handed out for the moment. */
    boolean full;

    int running;

    Share(TopicPartition partition, long tenure) {
        this.partition = partition;
        this.tenure = tenure;
    }

    /** Puts the work behind others of its lane; returns whether there are none. */
    boolean enqueue(Work<T> work) {
        if (work.lane == null) {
            return true;
        }
        Work<T> before = lanes.put(work.lane, work);
        if (before == null) {
            return true;
        }
        before.next = work;
        return false;
    }

    /** The work has ended; returns what waited for it. */
    @Nullable
    Work<T> dequeue(Work<T> work) {
        if (work.lane != null && work.next == null) {
            lanes.remove(work.lane);
        }
        return work.next;
    }
}
