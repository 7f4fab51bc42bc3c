package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.function.Consumer;

/**
 * Who is responsible for a partition queue at the moment: the sender of the partition's leader, or, while it has none, those
 * without a leader. Only the owner's loop takes batches out of a queue, and only it passes the queue on to the next owner.
 */
@ThreadSafe
sealed interface PartitionOwner permits BrokerSender, LeaderlessPartitions {

    /** The owner's loop. */
    EventLoop loop();

    /** What the records of its partitions take of the producer's memory. */
    MemoryShare memory();

    /**
     * The queue has something to send. Any thread; wakes the loop unless it will look by itself soon enough.
     *
     * @param isFull whether a whole batch waits, not only an open one
     */
    void offer(PartitionQueue queue, boolean isFull);

    /**
     * Whether records that may go anywhere should go elsewhere, because nothing has been taken for too long. Any thread.
     *
     * @param isQueueHeldUp whether the queue has a complete batch, and may send none now
     */
    boolean isStalled(boolean isQueueHeldUp);

    /** The queue may have to go to another owner, see {@link PartitionQueue#target}. Any thread. */
    void reconcile(PartitionQueue queue);

    /** Ends what is not delivered; on the owner's loop. */
    PartitionWatch watch();

    /** Ends what the queue has, in whichever way, on the loop of the owner that the queue has by then. Any thread. */
    default void end(PartitionQueue queue, Consumer<PartitionWatch> way) {
        Loops.run(loop(), () -> {
            PartitionOwner owner = queue.owner();
            if (owner == this) {
                way.accept(watch());
            } else {
                owner.end(queue, way);
            }
        });
    }
}
