package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.Segment;
import dev.ottla.producer.internal.ProducerBatch.Times;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How batches begin and end: opened on a segment, sealed, and completed exactly once. Called by sending threads and by the
 * owners of partitions.
 */
@ThreadSafe
final class Batches {
    /** Up to this linger, no record minds to have the time at which its batch was opened. */
    private static final long SHORT_LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Of so many runs one is spare, since batches of the same size differ by a few records. */
    private static final int SPARE_RUNS = 16;

    /** A batch that is smaller than the last one has room for fewer records: about one for so many bytes. */
    private static final int BYTES_PER_RUN = 64;

    private final EventLoop homeLoop;
    private final WallClock wallClock;
    private final TopicCompressors compressors;
    private final FlushBarrier barrier;
    private final Completer completer;
    private final BatchDivider divider = new BatchDivider(this);

    /** How many runs the completions of the batch had that was sealed last: the next ones will hardly differ. */
    private volatile int runsExpected = 1;

    Batches(
            EventLoop homeLoop,
            WallClock wallClock,
            TopicCompressors compressors,
            FlushBarrier barrier,
            Completer completer) {
        this.homeLoop = homeLoop;
        this.wallClock = wallClock;
        this.compressors = compressors;
        this.barrier = barrier;
        this.completer = completer;
    }

    /**
     * A new batch for a record, whose linger begins now; its delivery timeout has begun with that of the record, which may have
     * waited. Takes ownership of the segment.
     */
    ProducerBatch open(PartitionQueue queue, Segment ownedSegment, EncodedRecord first) {
        TopicQueues topic = queue.topic();
        SendingOptions options = topic.options();
        long nowNanos = homeLoop.nanoTime();
        long sinceNanos = first.sinceNanos(nowNanos);
        int runs = Math.min(runsExpected, Math.max(1, ownedSegment.capacity() / BYTES_PER_RUN));
        return new ProducerBatch(
                queue,
                new RecordBatchBuilder(ownedSegment, topic.batchBytes(), options.batchRecordsMax()),
                new Completions(runs),
                barrier.enter(),
                new CreateTime(wallClock, options.lingerNanosMax() > SHORT_LINGER_NANOS),
                new Times(nowNanos, sinceNanos, sinceNanos + options.deliveryTimeoutNanos()));
    }

    void discard(ProducerBatch batch) {
        batch.discard(barrier);
    }

    void seal(ProducerBatch batch) {
        if (!batch.isSealed()) {
            TopicQueues topic = batch.queue().topic();
            int bytes = batch.sizeBytes();
            batch.seal(compressors.of(topic.options()));
            topic.onSealed(bytes, batch.sizeBytes());
            int runs = batch.completionRuns();
            runsExpected = Math.max(1, runs + runs / SPARE_RUNS);
        }
    }

    /** Tells the records of a settled batch how it has ended. */
    void end(ProducerBatch batch) {
        Verdict.Final result = batch.result();
        if (result instanceof Verdict.Acked acked) {
            batch.ack(completer, barrier, acked.baseOffset(), acked.logAppendTimeMs());
        } else if (result instanceof Verdict.Failed failed) {
            fail(batch, failed.cause());
        }
    }

    void fail(ProducerBatch batch, KafkaException cause) {
        if (batch.isAllRevoked()) {
            batch.drop(barrier);
            return;
        }
        batch.fail(completer, barrier, cause);
    }

    /**
     * The batch without the records that were taken back, sealed; null if none is left, or there is no memory for a copy, which
     * ends it.
     */
    @Nullable
    ProducerBatch withoutRevoked(ProducerBatch batch) {
        if (batch.isAllRevoked()) {
            batch.drop(barrier);
            return null;
        }
        try {
            seal(batch);
            return divider.withoutRevoked(batch);
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(batch, ProducerFailures.notCopied(batch.topicPartition(), e));
            return null;
        }
    }

    FlushBarrier barrier() {
        return barrier;
    }

    /** Home loop: fails a record that has waited and is in no batch. */
    void failNow(EncodedRecord waited, KafkaException cause) {
        completer.onFailed(waited.completion, cause);
        if (waited.generation != null) {
            barrier.exit(waited.generation);
        }
    }

    /** Home loop: fails a record that was taken back, in the same turn as whoever waits for the others looks. */
    void failRevoked(Object completion, KafkaException cause) {
        completer.onFailed(completion, cause);
    }

    /** Fails a record that was not accepted, on the home loop: never within the caller's send. */
    void failRecord(Object completion, KafkaException cause) {
        try {
            homeLoop.execute(() -> completer.onFailed(completion, cause));
        } catch (RejectedExecutionException clientIsClosed) {
            completer.onFailed(completion, cause);
        }
    }
}
