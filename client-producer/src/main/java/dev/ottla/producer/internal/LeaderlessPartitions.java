package dev.ottla.producer.internal;

import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps the queues of partitions without a leader: what they hold waits here, until there is a leader or the delivery times
 * out. State on the home loop; asks for new metadata as long as anything waits.
 */
@ThreadSafe
final class LeaderlessPartitions implements PartitionOwner {
    private final Cluster cluster;
    private final EventLoop loop;
    private final PartitionWatch watch;
    private final MemoryShare memory;

    /** Home loop: those with content. */
    private final Set<PartitionQueue> waiting = new HashSet<>();

    LeaderlessPartitions(Cluster cluster, PartitionWatch watch, MemoryShare memory) {
        this.cluster = cluster;
        this.loop = cluster.homeLoop();
        this.watch = watch;
        this.memory = memory;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public MemoryShare memory() {
        return memory;
    }

    @Override
    public void offer(PartitionQueue queue, boolean isFull) {
        Loops.run(loop, () -> onOffered(queue));
    }

    private void onOffered(PartitionQueue queue) {
        if (queue.owner() != this) {
            return;
        }
        waiting.add(queue);
        watch.failCutOff(queue);
        watch.watch(queue);
        cluster.refreshMetadata(queue.topicPartition() + " has records and no leader");
    }

    /** Nobody asks for partitions without a leader. */
    @Override
    public boolean isStalled(boolean isQueueHeldUp) {
        return false;
    }

    @Override
    public void reconcile(PartitionQueue queue) {
        Loops.run(loop, () -> onReconcile(queue));
    }

    private void onReconcile(PartitionQueue queue) {
        PartitionOwner owner = queue.owner();
        if (owner != this) {
            owner.reconcile(queue);
        } else if (queue.target() != this) {
            waiting.remove(queue);
            watch.forget(queue);
            queue.passOn(queue.target());
        }
    }

    /** Home loop: new metadata has not brought a leader for those that are still here. */
    void onMetadata() {
        waiting.removeIf(queue -> queue.owner() != this || queue.oldest() == null);
        if (!waiting.isEmpty()) {
            cluster.refreshMetadata(waiting.size() + " partitions have records and no leader");
        }
    }

    @Override
    public PartitionWatch watch() {
        return watch;
    }
}
