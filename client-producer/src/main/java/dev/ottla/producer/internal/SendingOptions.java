package dev.ottla.producer.internal;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.Compression;
import dev.ottla.config.ProducerOptions;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The producer's options in the units that sending counts in. Made once per producer.
 *
 * @param idempotent whether batches are numbered, so that several of a partition may be in flight
 * @param transactional whether batches belong to transactions
 * @param lingerNanosMax how long an open batch may wait for more records
 * @param sendsWhenIdle whether an open batch goes at once while its broker has nothing of this producer in flight; so unless
 *     the user has set {@code linger.ms}
 * @param availabilityTimeoutNanos how long a broker may take no batch before records without key go elsewhere; 0 for ever
 * @param topicTimeoutNanos how long a record may wait for its topic's partitions to be known
 * @param ofTopics those of the topics that have some of their own
 */
@Immutable
public record SendingOptions(
        Acks acks,
        boolean idempotent,
        boolean transactional,
        Compression compression,
        long lingerNanosMax,
        boolean sendsWhenIdle,
        int batchBytes,
        int batchRecordsMax,
        int requestBytesMax,
        int inFlightMax,
        int retriesMax,
        boolean prefersShortQueues,
        long availabilityTimeoutNanos,
        Duration deliveryTimeout,
        Duration requestTimeout,
        long topicTimeoutNanos,
        Map<String, SendingOptions> ofTopics,
        ClientOptions client) {
    /** A segment smaller than this would be mostly header. */
    private static final int BATCH_BYTES_MIN = 256;

    /** The options as the user gave them, the same for all topics. */
    public static SendingOptions of(ProducerOptions options, ClientOptions client, boolean sendsWhenIdle) {
        Duration topicTimeout = options.maxBlock().compareTo(options.deliveryTimeout()) < 0
                ? options.maxBlock()
                : options.deliveryTimeout();
        return new SendingOptions(
                options.acks(),
                options.idempotence(),
                options.transactionalId().isPresent(),
                options.compression(),
                nanos(options.linger()),
                sendsWhenIdle,
                Math.max(BATCH_BYTES_MIN, options.batchSize().toIntExact()),
                options.maxBatchRecords(),
                options.maxRequestSize().toIntExact(),
                options.maxInFlight(),
                options.retries(),
                options.adaptivePartitioning(),
                options.adaptivePartitioning() ? nanos(options.partitionerAvailabilityTimeout()) : 0,
                options.deliveryTimeout(),
                client.requestTimeout(),
                nanos(topicTimeout),
                Map.of(),
                client);
    }

    /** The same, with these for single topics. */
    public SendingOptions withTopics(Map<String, SendingOptions> others) {
        return with(acks, compression, lingerNanosMax, sendsWhenIdle, batchBytes, batchRecordsMax, Map.copyOf(others));
    }

    /** What a topic has of its own; what is absent is as for the others. */
    public SendingOptions overridden(
            Optional<Acks> ownAcks,
            Optional<Compression> ownCompression,
            Optional<Duration> ownLinger,
            Optional<ByteSize> ownBatchSize,
            OptionalInt ownBatchRecordsMax) {
        return with(
                ownAcks.orElse(acks),
                ownCompression.orElse(compression),
                ownLinger.map(SendingOptions::nanos).orElse(lingerNanosMax),
                sendsWhenIdle && ownLinger.isEmpty(),
                ownBatchSize
                        .map(size -> Math.max(BATCH_BYTES_MIN, size.toIntExact()))
                        .orElse(batchBytes),
                ownBatchRecordsMax.orElse(batchRecordsMax),
                Map.of());
    }

    private SendingOptions with(
            Acks newAcks,
            Compression newCompression,
            long newLingerNanosMax,
            boolean newSendsWhenIdle,
            int newBatchBytes,
            int newBatchRecordsMax,
            Map<String, SendingOptions> newOfTopics) {
        return new SendingOptions(
                newAcks,
                idempotent,
                transactional,
                newCompression,
                newLingerNanosMax,
                newSendsWhenIdle,
                newBatchBytes,
                newBatchRecordsMax,
                requestBytesMax,
                inFlightMax,
                retriesMax,
                prefersShortQueues,
                availabilityTimeoutNanos,
                deliveryTimeout,
                requestTimeout,
                topicTimeoutNanos,
                newOfTopics,
                client);
    }

    /** Those of a topic. */
    SendingOptions ofTopic(String topic) {
        return ofTopics.getOrDefault(topic, this);
    }

    /** The shortest linger of any topic. */
    long lingerNanosMin() {
        long shortest = lingerNanosMax;
        for (SendingOptions each : ofTopics.values()) {
            shortest = Math.min(shortest, each.lingerNanosMax);
        }
        return shortest;
    }

    /** Whether batches of any topic are compressed so. */
    boolean mayUseZstd() {
        boolean isUsed = compression instanceof Compression.Zstd;
        if (!ofTopics.isEmpty()) {
            for (SendingOptions each : ofTopics.values()) {
                isUsed |= each.compression instanceof Compression.Zstd;
            }
        }
        return isUsed;
    }

    /** The size of the largest batches of any topic. */
    int largestBatchBytes() {
        int largest = batchBytes;
        for (SendingOptions each : ofTopics.values()) {
            largest = Math.max(largest, each.batchBytes);
        }
        return largest;
    }

    /** In nanoseconds; what is too long for them is as good as for ever. */
    public static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    /** What is sent of one partition without an answer: without numbers, a retry could be overtaken. */
    SendWindow newSendWindow() {
        if (!idempotent) {
            return new SendWindow(1, PartitionSequence.unnumbered());
        }
        return new SendWindow(
                inFlightMax, transactional ? PartitionSequence.transactional() : PartitionSequence.unassigned());
    }

    long deliveryTimeoutNanos() {
        return deliveryTimeout.toNanos();
    }
}
