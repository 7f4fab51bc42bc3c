package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Confined;
import org.jspecify.annotations.Nullable;

/** One partition of an {@link Assignment}, whose lock confines it. */
@Confined
final class Slot {
    final long assignmentId;

    /** Since when it is the same partition of the same topic; what is older must not be committed for it. */
    long tenure;

    long fetchEpoch;

    @Nullable
    FetchPosition position;

    /** From here to the position all that was handed out is of this leader epoch. */
    long epochSince;

    int epoch = FetchPosition.UNKNOWN_EPOCH;

    /** Of the last record that was handed out since the position was set; -1 if there is none. */
    long lastTimestamp = -1;

    /** By the application. */
    boolean paused;

    /** Because too much of it is open. */
    boolean heldBack;

    /** From where on, and up to where, records were handed out. */
    long begin = Long.MAX_VALUE;

    long end = -1;

    Slot(long assignmentId) {
        this.assignmentId = assignmentId;
        this.tenure = assignmentId;
    }

    void place(@Nullable FetchPosition at) {
        position = at;
        lastTimestamp = -1;
        if (at != null) {
            begin = Math.min(begin, at.offset());
            onEpoch(at);
        }
    }

    void onEpoch(FetchPosition at) {
        epoch = at.leaderEpoch();
        epochSince = at.offset();
    }

    boolean isStopped() {
        return paused || heldBack;
    }
}
