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
    private static final long NO_LIMIT = Long.MAX_VALUE;

    final TopicPartition partition;

    /** By which the consumer tells this assignment of the partition from another. */
    final long tenure;

    final OpenOffsets offsets = new OpenOffsets();

    /**
     * The last work of each lane that has any, or that waits for work of an earlier share; what came before it leads to it by
     * {@link Work#next}.
     */
    final Map<Object, Work<T>> lanes = new HashMap<>();

    /** Whether no more should be handed out for the moment. */
    boolean full;

    /** How much is being worked on. */
    int running;

    /** Only work at places before this one may be started. */
    private long startableBefore = NO_LIMIT;

    private long furthestFinished = -1;

    /** The partition is another's, or is read from elsewhere. */
    private boolean over;

    /** The partition is another's, and the polling thread does not know yet. */
    private boolean lost;

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

    /** Work of the share before this one has ended, for which a lane of this one had to wait. */
    void onLeftBehindEnded(Work<T> work) {
        if (work.lane != null && work.next == null) {
            lanes.remove(work.lane, work);
        }
    }

    void onFinished(Work<T> work) {
        offsets.finish(work.place);
        furthestFinished = Math.max(furthestFinished, work.place);
    }

    /** Whether everything may still be started. */
    boolean isOpen() {
        return startableBefore == NO_LIMIT;
    }

    boolean mayStart(Work<T> work) {
        return work.place < startableBefore;
    }

    /** Nothing more is started. */
    void stop() {
        startableBefore = 0;
    }

    /**
     * Nothing more is started behind the furthest that has begun or is finished, nor from the first on that can't be started;
     * nor what was not to be started before.
     */
    void stopBehind(long furthestBegun, long firstBlocked) {
        long last = Math.max(furthestBegun, furthestFinished);
        startableBefore = Math.min(startableBefore, Math.min(last, firstBlocked));
    }

    /** Nothing more is started, and what is under way can't be committed. */
    void lose() {
        stop();
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    /** What is still under way ends without effect. */
    void end() {
        stop();
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Whether something is under way, or is still to be started once the share is stopped. */
    boolean isWorkedOn() {
        return running > 0 || (!isOpen() && !offsets.isFinishedBefore(startableBefore));
    }
}
