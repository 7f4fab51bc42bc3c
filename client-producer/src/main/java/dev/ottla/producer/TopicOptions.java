package dev.ottla.producer;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.Compression;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the records of one topic are sent otherwise than those of the others; for {@link ProducerBuilder#topicOptions}. Immutable:
 * each method returns another one. What is not set is as the producer has it.
 *
 * <pre>{@code
 * TopicOptions.none().compression(Compression.zstd()).batchSize(ByteSize.kib(256)).linger(Duration.ofMillis(100))
 * }</pre>
 *
 * @param acks how many replicas must have a record of the topic before it counts; other than {@link Acks#ALL} only with a
 *     producer that is not idempotent
 * @param compression how its batches are compressed
 * @param linger how long a batch waits for more records, also while nothing is in flight to its broker; at least zero, and with
 *     {@code request.timeout.ms} at most {@code delivery.timeout.ms}
 * @param batchSize how large a batch grows, see {@link ProducerBuilder#batchSize}; at most {@code buffer.memory}. 0 sends every
 *     record alone
 * @param maxBatchRecords with how many records a batch is complete; at least 1
 */
public record TopicOptions(
        Optional<Acks> acks,
        Optional<Compression> compression,
        Optional<Duration> linger,
        Optional<ByteSize> batchSize,
        OptionalInt maxBatchRecords) {
    private static final TopicOptions NONE = new TopicOptions(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());

    /** Checks that nothing is null; the values are checked with those of the producer, when it is built. */
    public TopicOptions {
        Objects.requireNonNull(acks, "acks");
        Objects.requireNonNull(compression, "compression");
        Objects.requireNonNull(linger, "linger");
        Objects.requireNonNull(batchSize, "batchSize");
        Objects.requireNonNull(maxBatchRecords, "maxBatchRecords");
    }

    /** Nothing that differs. */
    public static TopicOptions none() {
        return NONE;
    }

    /** The same with {@code acks}. */
    public TopicOptions acks(Acks own) {
        return new TopicOptions(Optional.of(own), compression, linger, batchSize, maxBatchRecords);
    }

    /** The same with {@code compression.type} and level. */
    public TopicOptions compression(Compression own) {
        return new TopicOptions(acks, Optional.of(own), linger, batchSize, maxBatchRecords);
    }

    /** The same with {@code linger.ms}. */
    public TopicOptions linger(Duration own) {
        return new TopicOptions(acks, compression, Optional.of(own), batchSize, maxBatchRecords);
    }

    /** The same with {@code batch.size}. */
    public TopicOptions batchSize(ByteSize own) {
        return new TopicOptions(acks, compression, linger, Optional.of(own), maxBatchRecords);
    }

    /** The same with {@code ottla.max.batch.records}. */
    public TopicOptions maxBatchRecords(int own) {
        return new TopicOptions(acks, compression, linger, batchSize, OptionalInt.of(own));
    }
}
