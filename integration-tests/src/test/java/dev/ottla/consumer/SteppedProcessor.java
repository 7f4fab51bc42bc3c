package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.work.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A {@link Processor} as {@link ProcessorBuilder} makes it, but for its threads: the intake gets its turns from outside, and so do
 * the handlers, as in a simulation, where there is but one thread.
 */
public final class SteppedProcessor<K, V> {
    private final Reading<K, V> reading;

    /** How records are handled. */
    public record Way(Ordering ordering, int concurrency, int openRecordsMax, Duration drainTimeout, Retries retries) {}

    /**
     * Begins with its first turn.
     *
     * @param executor runs handlers, later than it is asked to
     * @param handler returns what completes when the record is finished, or null if it is on return
     */
    public SteppedProcessor(
            ConsumerBuilder<K, V> consumer, Way way, Executor executor, AsyncRecordHandler<K, V> handler) {
        WorkSettings settings = new WorkSettings(way.ordering(), true);
        settings.concurrency(way.concurrency());
        settings.openRecordsMax(way.openRecordsMax());
        settings.drainTimeout(way.drainTimeout());
        reading = consumer.reading(settings);
        RecordDecoder<K, V> decoder = reading.decoder();
        HandlingProcessor<K, V> processor = new HandlingProcessor<>(reading, way.retries(), FailurePolicy.stop());
        Workers<ConsumerRecord<byte[], byte[]>> workers = processor.workers(
                record -> handler.handle(decoder.decode(record)), new Workers.Threads(executor, executor));
        reading.begin(workers::dispatch);
    }

    /** One poll and what comes of it, or the end; returns whether there is another turn. */
    public boolean turn() {
        return reading.intake().turn(Duration.ZERO);
    }

    /** Has the next turn be the end, as a close does; another turn may be under way. */
    public void stop(Duration timeout) {
        reading.intake().stop(timeout);
    }

    /** Whether handlers may still begin with records of the partition, or be at work on some. */
    public boolean handles(TopicPartition partition) {
        return reading.intake().board().partitions().contains(partition);
    }

    /** As {@link Processor#ended}. */
    public CompletableFuture<Void> ended() {
        return reading.intake().ended();
    }
}
