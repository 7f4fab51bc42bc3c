package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Immutable;

/**
 * The offset of the next record of a partition, and the epoch of the leader that wrote the record before it.
 *
 * @param leaderEpoch {@link #UNKNOWN_EPOCH} if it is not known, as after a seek
 */
@Immutable
public record FetchPosition(long offset, int leaderEpoch) {
    /** The epoch is not known. */
    public static final int UNKNOWN_EPOCH = -1;

    /** As far as a log goes that has nothing of this position's epoch, or of those before it, behind {@code end}. */
    FetchPosition upTo(FetchPosition end) {
        return new FetchPosition(Math.min(offset, end.offset), Math.min(leaderEpoch, end.leaderEpoch));
    }

    /** A position of which only the offset is known. */
    public FetchPosition(long offset) {
        this(offset, UNKNOWN_EPOCH);
    }
}
