package dev.ottla.common;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a group commits for one partition. Immutable.
 *
 * @param offset the offset of the next record to read, so one more than the last processed record's
 * @param leaderEpoch the leader epoch of the last processed record, by which a truncated log is noticed (KIP-320);
 *     empty if it is not known
 * @param metadata a note of the application's own, stored with the offset; empty if there is none
 */
public record OffsetAndMetadata(long offset, OptionalInt leaderEpoch, String metadata) {

    /**
     * Checks all three.
     *
     * @throws IllegalArgumentException if the offset or the leader epoch is negative
     */
    public OffsetAndMetadata {
        Objects.requireNonNull(metadata, "metadata");
        if (offset < 0) {
            throw new IllegalArgumentException("offset must be at least 0, was " + offset);
        }
        if (leaderEpoch.isPresent() && leaderEpoch.getAsInt() < 0) {
            throw new IllegalArgumentException("leaderEpoch must be at least 0, was " + leaderEpoch.getAsInt());
        }
    }

    /** An offset alone: no leader epoch, no note. */
    public OffsetAndMetadata(long offset) {
        this(offset, OptionalInt.empty(), "");
    }
}
