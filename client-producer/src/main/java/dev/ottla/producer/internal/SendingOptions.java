package dev.ottla.producer.internal;

import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.Compression;
import dev.ottla.config.ProducerOptions;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The producer's options in the units that sending counts in. Made once per producer.
 *
 * @param idempotent whether batches are numbered, so that several of a partition may be in flight
 * @param transactional whether batches belong to transactions
 * @param lingerNanosMax how long an open batch may wait for more records
 * @param sendsWhenIdle whether an open batch goes at once while its broker has nothing of this producer in flight; so unless
 *     the user has set {@code linger.ms}
 * @param topicTimeoutNanos how long a record may wait for its topic's partitions to be known
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
        int requestBytesMax,
        int inFlightMax,
        int retriesMax,
        boolean prefersShortQueues,
        Duration deliveryTimeout,
        Duration requestTimeout,
        long topicTimeoutNanos,
        ClientOptions client) {
    /** A segment smaller than this would be mostly header. */
    private static final int BATCH_BYTES_MIN = 256;

    /** The options as the user gave them. */
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
                options.maxRequestSize().toIntExact(),
                options.maxInFlight(),
                options.retries(),
                options.adaptivePartitioning(),
                options.deliveryTimeout(),
                client.requestTimeout(),
                nanos(topicTimeout),
                client);
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
