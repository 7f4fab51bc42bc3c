package dev.ottla.consumer;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Collects what an {@link AcknowledgingConsumer} needs besides what its {@link ConsumerBuilder} has. Not thread-safe.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class AcknowledgingBuilder<K, V> {
    private final ConsumerBuilder<K, V> consumer;
    private final WorkSettings settings = new WorkSettings(Ordering.UNORDERED, false);

    AcknowledgingBuilder(ConsumerBuilder<K, V> consumer) {
        this.consumer = consumer;
    }

    /** Which records of a partition are handed out one after the other. By default none: {@link Ordering#UNORDERED}. */
    public AcknowledgingBuilder<K, V> ordering(Ordering ordering) {
        settings.ordering(ordering);
        return this;
    }

    /**
     * How many records of one partition may be open: waiting, out, or acknowledged behind one that is not. At that many the
     * partition waits. They are all in memory. By default 1000, at least 1.
     */
    public AcknowledgingBuilder<K, V> openRecordsMax(int openRecordsMax) {
        settings.openRecordsMax(openRecordsMax);
        return this;
    }

    /**
     * How long records that are out, and those in front of acknowledged ones, are waited for before their partitions are given
     * up. By default 30 s.
     */
    public AcknowledgingBuilder<K, V> drainTimeout(Duration drainTimeout) {
        settings.drainTimeout(drainTimeout);
        return this;
    }

    /**
     * How long a record may be out before a warning names it by topic, partition, offset and age, which counts from when it was
     * handed out first. By default one minute.
     */
    public AcknowledgingBuilder<K, V> stuckAfter(Duration stuckAfter) {
        settings.stuckAfter(stuckAfter);
        return this;
    }

    /**
     * Begins to read. Does not block.
     *
     * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong with what was collected
     */
    public AcknowledgingConsumer<K, V> build() {
        Reading<K, V> reading = consumer.reading(settings);
        reading.start(() -> {});
        return new FetchingConsumer<>(reading);
    }

    /**
     * Begins to read for a subscriber instead, who gets records as far as it asks for them. Does not block.
     *
     * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong with what was collected
     */
    public RecordPublisher<K, V> publisher() {
        return publisher(null);
    }

    /** As {@link #publisher()}, with the signals on this executor, one after the other; it is not shut down. */
    public RecordPublisher<K, V> publisherOn(Executor executor) {
        return publisher(executor);
    }

    private RecordPublisher<K, V> publisher(@Nullable Executor executor) {
        RecordPublisher<K, V> publisher = new RecordPublisher<>(consumer.reading(settings), executor);
        publisher.start();
        return publisher;
    }
}
