package dev.ottla.consumer;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a consumer is behind the end of a partition, as {@link Consumer#lag} measured it. Immutable.
 *
 * @param offsets how many offsets lie between the position and the end of the log (reading committed, the last stable offset,
 *     so zero in front of an open transaction, whatever lies behind). Offsets are not records: compaction and transactions leave gaps
 * @param time how much later the newest record of the partition is stamped than the last record that a poll has returned. Both
 *     are timestamps of records, given by producers, or by brokers where the topic says so; no clock is asked, so a partition that
 *     nobody writes to does not fall behind. Zero if {@code offsets} is. Empty if no record of the partition has been returned
 *     since it was assigned or its position set, or if the broker is older than Kafka 3.0 (KIP-734)
 */
public record Lag(long offsets, Optional<Duration> time) {}
