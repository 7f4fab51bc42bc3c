package dev.ottla.consumer;

import dev.ottla.consumer.internal.work.Workers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link Processor} needs besides what its {@link ConsumerBuilder} has. Not thread-safe.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class ProcessorBuilder<K, V> {
    private static final int CONCURRENCY = 16;

    private final ConsumerBuilder<K, V> consumer;
    private final WorkSettings settings = new WorkSettings(Ordering.PARTITION, true);
    private Retries retries = Retries.none();
    private FailurePolicy failurePolicy = FailurePolicy.stop();
    private @Nullable Executor executor;

    ProcessorBuilder(ConsumerBuilder<K, V> consumer) {
        this.consumer = consumer;
        settings.concurrency(CONCURRENCY);
    }

    /** Which records of a partition must be handled one after the other. By default all: {@link Ordering#PARTITION}. */
    public ProcessorBuilder<K, V> ordering(Ordering ordering) {
        settings.ordering(ordering);
        return this;
    }

    /** How many records may be handled at once, whatever the number of partitions. By default 16. */
    public ProcessorBuilder<K, V> concurrency(int concurrency) {
        settings.concurrency(concurrency);
        return this;
    }

    /**
     * How many records of one partition may be open: handed out and not finished, or finished behind one that is not. At that
     * many the partition waits. They are all in memory. By default 1000, at least 1.
     */
    public ProcessorBuilder<K, V> openRecordsMax(int openRecordsMax) {
        settings.openRecordsMax(openRecordsMax);
        return this;
    }

    /** How often a failed record is tried again. By default not at all. */
    public ProcessorBuilder<K, V> retries(Retries again) {
        retries = again;
        return this;
    }

    /** What becomes of a record that fails for good, or can't be deserialized. By default the processor stops. */
    public ProcessorBuilder<K, V> onFailure(FailurePolicy policy) {
        failurePolicy = policy;
        return this;
    }

    /**
     * Where the handler runs; it is not shut down with the processor. By default on threads of the processor's own, as many as
     * are handled at once. On Java 21 and later {@code Executors.newVirtualThreadPerTaskExecutor()} suits handlers that wait. If
     * it has no room (throws {@link java.util.concurrent.RejectedExecutionException}) the record waits and is given to it again.
     * One that runs tasks in the thread that gives them, always or when it is full, holds up reading and commits as long as it
     * does, and {@code max.poll.interval.ms} counts; the client's event loops never give it anything.
     */
    public ProcessorBuilder<K, V> executor(Executor handlers) {
        executor = handlers;
        return this;
    }

    /**
     * How long records being handled, and those in front of finished ones, are waited for before their partitions are given
     * up. By default 30 s.
     */
    public ProcessorBuilder<K, V> drainTimeout(Duration drainTimeout) {
        settings.drainTimeout(drainTimeout);
        return this;
    }

    /**
     * How long a record may be handled before a warning names it by topic, partition, offset and age, which counts from the first
     * attempt. By default one minute.
     */
    public ProcessorBuilder<K, V> stuckAfter(Duration stuckAfter) {
        settings.stuckAfter(stuckAfter);
        return this;
    }

    /**
     * Begins to read, and calls the handler for each record. Does not block.
     *
     * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong with what was collected
     */
    public Processor start(RecordHandler<K, V> handler) {
        Reading<K, V> reading = consumer.reading(settings);
        RecordDecoder<K, V> decoder = reading.decoder();
        return start(reading, record -> {
            handler.handle(decoder.decode(record));
            return null;
        });
    }

    /**
     * As {@link #start}; a record counts as being handled until what the handler returned for it completes. To return null is a
     * failure.
     *
     * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong with what was collected
     */
    public Processor startAsync(AsyncRecordHandler<K, V> handler) {
        Reading<K, V> reading = consumer.reading(settings);
        RecordDecoder<K, V> decoder = reading.decoder();
        return start(
                reading,
                record -> Objects.requireNonNull(
                        handler.handle(decoder.decode(record)),
                        "the handler returned null where a CompletionStage was to tell when the record is finished"));
    }

    private Processor start(Reading<K, V> reading, Workers.Task<ConsumerRecord<byte[], byte[]>> task) {
        HandlingProcessor<K, V> processor = new HandlingProcessor<>(reading, retries, failurePolicy);
        processor.start(task, executor, settings.concurrency());
        return processor;
    }
}
