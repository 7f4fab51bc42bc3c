package dev.ottla.consumer;

import java.util.OptionalInt;

/**
 * A record that was looked up by timestamp. Immutable.
 *
 * @param offset its offset
 * @param timestamp its timestamp, in milliseconds since 1970-01-01T00:00Z
 * @param leaderEpoch the epoch of the leader that wrote it, empty if unknown
 */
public record OffsetAndTimestamp(long offset, long timestamp, OptionalInt leaderEpoch) {}
