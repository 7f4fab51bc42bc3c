package dev.ottla.testkit.internal.topic;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.log.Append;
import dev.ottla.testkit.internal.log.PartitionLog;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One partition: who has it, who leads it since which epoch, and its log. Followers are as quick as light, unless the high
 * watermark is held back; then what comes after it is on the leader alone. Owned by the cluster's loop.
 */
@EventLoopConfined
public final class Partition {
    /** What Kafka calls a partition without a leader. */
    public static final int NO_LEADER = -1;

    private static final int NO_EPOCH = -1;

    private final Topic topic;
    private final int index;
    private final List<Integer> replicas;
    private final List<Integer> isr;
    private final PartitionLog log = new PartitionLog();
    private final Watchers watchers = new Watchers();
    private int leader;
    private int leaderEpoch;
    private boolean isHighWatermarkHeld;
    private boolean isDeleted;

    Partition(Topic topic, int index, List<Integer> replicas, List<Integer> isr) {
        this.topic = topic;
        this.index = index;
        this.replicas = List.copyOf(replicas);
        this.isr = new ArrayList<>(isr);
        this.leader = isr.get(0);
        log.beginEpoch(leaderEpoch);
    }

    public Topic topic() {
        return topic;
    }

    public int index() {
        return index;
    }

    public List<Integer> replicas() {
        return replicas;
    }

    /** The in-sync replicas. */
    public List<Integer> isr() {
        return List.copyOf(isr);
    }

    /** The leader's id, or {@link #NO_LEADER}. */
    public int leader() {
        return leader;
    }

    public int leaderEpoch() {
        return leaderEpoch;
    }

    public PartitionLog log() {
        return log;
    }

    /** Those who wait for records, for the high watermark, or for a change of leader. */
    public Watchers watchers() {
        return watchers;
    }

    /** Compares the epoch that a client believes in with the leader's (KIP-320); -1 is not compared. */
    public ErrorCode checkEpoch(int currentLeaderEpoch) {
        if (currentLeaderEpoch == NO_EPOCH || currentLeaderEpoch == leaderEpoch) {
            return ErrorCode.NONE;
        }
        return currentLeaderEpoch < leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    /** The error with which a broker that is not the leader refuses; NONE from the leader. */
    public ErrorCode checkLeader(int nodeId) {
        if (isDeleted) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return leader == nodeId ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** The error with which a broker without a replica refuses to be read from; NONE from one that has one. */
    public ErrorCode checkReplica(int nodeId) {
        if (isDeleted) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return replicas.contains(nodeId) ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** Appends what a produce request holds; followers have it at once, unless the high watermark is held back. */
    public Append append(@Nullable ByteBuf records, short produceVersion, boolean acksAll, long nowMillis) {
        // A topic can not ask for more replicas than it has (KIP-966).
        int minInsyncReplicas = Math.min(topic.minInsyncReplicas(), replicas.size());
        if (acksAll && isr.size() < minInsyncReplicas) {
            return Append.Refused.because(
                    ErrorCode.NOT_ENOUGH_REPLICAS,
                    "The size of the current ISR " + isr + " is insufficient to satisfy the min.isr requirement of "
                            + minInsyncReplicas + " for partition " + this);
        }
        Append result = log.append(records, produceVersion, leaderEpoch, topic.logOptions(), nowMillis);
        onAppended();
        return result;
    }

    /** Ends a transaction here; returns the offset of the marker. */
    public long appendMarker(long producerId, short producerEpoch, boolean committed, long nowMillis) {
        long offset = log.appendMarker(producerId, producerEpoch, committed, leaderEpoch, nowMillis);
        onAppended();
        return offset;
    }

    private void onAppended() {
        if (!isHighWatermarkHeld) {
            log.replicateAll();
        }
        watchers.wake();
    }

    /** Keeps followers from getting anything more, so that acks=all waits and consumers see no more. */
    public void holdHighWatermark() {
        isHighWatermarkHeld = true;
    }

    /** Lets followers catch up. */
    public void releaseHighWatermark() {
        isHighWatermarkHeld = false;
        onAppended();
    }

    /**
     * Makes another replica the leader, in a new epoch.
     *
     * @param losesTail whether it lacks what is above the high watermark, which is then gone; else it has everything
     */
    public void elect(int newLeader, boolean losesTail) {
        if (losesTail) {
            log.truncateTo(log.highWatermark());
        }
        leader = newLeader;
        leaderEpoch++;
        if (newLeader != NO_LEADER) {
            log.beginEpoch(leaderEpoch);
        }
        watchers.wake();
    }

    /** As an unclean election does: makes a replica the leader, in a new epoch, that has nothing from this offset on. */
    public void electUnclean(int newLeader, long endOffset) {
        log.truncateTo(endOffset);
        elect(newLeader, false);
    }

    /** A broker is gone: it leaves the in-sync set, unless it is the last, and somebody else leads. */
    public void onBrokerDown(int nodeId) {
        if (isr.size() > 1) {
            isr.remove((Integer) nodeId);
        }
        if (leader == nodeId) {
            elect(isr.contains(nodeId) ? NO_LEADER : isr.get(0), isHighWatermarkHeld);
        }
    }

    /** A broker is back: its replica catches up, and leads if nobody does. */
    public void onBrokerUp(int nodeId) {
        if (!replicas.contains(nodeId)) {
            return;
        }
        if (leader == NO_LEADER && isr.contains(nodeId)) {
            elect(nodeId, false);
        }
        if (leader != NO_LEADER && !isr.contains(nodeId)) {
            isr.add(nodeId);
        }
    }

    /** Tells those who wait that there is nothing to wait for. */
    void onDeleted() {
        isDeleted = true;
        watchers.wake();
    }

    @Override
    public String toString() {
        return topic.name() + "-" + index;
    }
}
