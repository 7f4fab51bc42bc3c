package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * Where the memory of open and sealed batches comes from. The producer's memory budget implements it and decides who
 * waits; nothing here blocks. Called by the thread that opens a batch, and by whichever thread lets go of it last.
 */
@ThreadSafe
public interface SegmentPool {

    /** The size of a standard segment. A record that does not fit into one gets a segment of its own size. */
    int segmentBytes();

    /**
     * A segment of the standard size, or of {@code bytesMin} bytes if that is more; null if the memory is used up. The
     * caller owns it.
     */
    @Nullable
    Segment tryTake(int bytesMin);

    /** Takes a segment back; called by {@link Segment} alone, once, after its last user released it. */
    void giveBack(Segment segment);
}
