package dev.ottla.consumer;

import java.time.Duration;
import java.util.Optional;

/**
 * Reads records one by one, each to be acknowledged when it is finished, in any order and by any thread: see
 * {@link ConsumerBuilder#acknowledging}.
 *
 * <pre>{@code
 * try (AcknowledgingConsumer<String, Order> orders = Consumer.builder(kafka)...acknowledging().build()) {
 *     while (running) {
 *         orders.fetch(Duration.ofSeconds(1)).ifPresent(order -> {
 *             charge(order.record());
 *             order.acknowledge();
 *         });
 *     }
 * }
 * }</pre>
 *
 * <p>The library polls and commits by itself, so the time between two fetches does not matter to the group. What is
 * acknowledged is committed every {@code auto.commit.interval.ms} (5 s by default), when partitions are given up, and at the
 * end; of each partition only up to the first record that is not acknowledged. When the group takes partitions away, of these only
 * records are handed out that lie in front of others that are out or acknowledged, and these are waited for (at most the drain
 * timeout of {@link AcknowledgingBuilder}); after that acknowledging them has no effect, and their next owner reads them again.
 *
 * <p>Thread-safe; several threads may fetch at once, and each record is given to one.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public interface AcknowledgingConsumer<K, V> extends AutoCloseable {

    /**
     * The next record that may be worked on: with {@link Ordering#KEY} or {@link Ordering#PARTITION} none that must wait for one
     * that is out. Blocks until there is one, at most for the timeout, which may be of any length.
     *
     * @return empty if there is none in time
     * @throws dev.ottla.errors.ClosedException once this consumer is closed
     * @throws dev.ottla.errors.KafkaException if reading has ended by itself, for the reason that {@link Consumer#poll} would
     *     give
     * @throws dev.ottla.errors.RetriableException if the thread was interrupted; its flag is set
     */
    Optional<OpenRecord<K, V>> fetch(Duration timeout);

    /** How many records have been handed out, or wait to be, and are not acknowledged, or are, but behind one that is not. */
    int openRecords();

    /** {@link #close(Duration)} with 30 seconds. */
    @Override
    void close();

    /**
     * Hands nothing out any more, waits for records that are out (at most half of the time), commits what is acknowledged, leaves
     * the group. Blocks for at most the timeout. Closing twice does nothing.
     */
    void close(Duration timeout);
}
