package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of one partition that are sent together, with those who wait for them. While it is open the partition queue's lock
 * guards it; whoever closed it seals it; from then on the loop of the partition's owner owns it. Its bytes are the same in
 * every attempt.
 */
@Confined
final class ProducerBatch {
    private final PartitionQueue queue;
    private final RecordBatchBuilder builder;
    private final Completions completions = new Completions();

    /** Its own, and those of records that had to wait before they came here. */
    private final List<FlushBarrier.Generation> generations = new ArrayList<>(1);

    private final long openedNanos;
    private final long deadlineNanos;

    /** Written once, by the thread that seals. */
    private volatile @Nullable SealedBatch sealed;

    private boolean isEnded;
    private boolean isInDoubt;
    private int attempts;
    private @Nullable KafkaException lastFailure;

    /** An open batch. Takes ownership of the segment. */
    ProducerBatch(
            PartitionQueue queue,
            Segment ownedSegment,
            FlushBarrier.Generation generation,
            long nowNanos,
            long deliveryTimeoutNanos) {
        this.queue = queue;
        this.builder = new RecordBatchBuilder(ownedSegment);
        this.generations.add(generation);
        this.openedNanos = nowNanos;
        this.deadlineNanos = nowNanos + deliveryTimeoutNanos;
    }

    PartitionQueue queue() {
        return queue;
    }

    TopicPartition topicPartition() {
        return queue.topicPartition();
    }

    boolean tryAppend(EncodedRecord record) {
        if (!builder.tryAppend(record.timestamp, record.key, record.value, record.headers)) {
            return false;
        }
        completions.add(record.completion, record.timestamp);
        if (record.generation != null) {
            generations.add(record.generation);
        }
        return true;
    }

    int count() {
        return completions.count();
    }

    /** Opened then, so the linger ends and the delivery times out so much later. */
    long openedNanos() {
        return openedNanos;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** The size of the batch on the wire; before it is sealed, its size without compression. */
    int sizeBytes() {
        SealedBatch batch = sealed;
        return batch == null ? builder.sizeBytes() : batch.sizeBytes();
    }

    boolean isSealed() {
        return sealed != null;
    }

    void seal(BatchCompressors compressors) {
        sealed = compressors.seal(builder);
    }

    SealedBatch sealed() {
        SealedBatch batch = sealed;
        if (batch == null) {
            throw new IllegalStateException("batch for " + topicPartition() + " is not sealed yet");
        }
        return batch;
    }

    void onAttempt() {
        attempts++;
    }

    int attempts() {
        return attempts;
    }

    /** An attempt failed and left the batch possibly written. */
    void doubt() {
        isInDoubt = true;
    }

    /** Whether an attempt that has failed may have been written all the same. */
    boolean isInDoubt() {
        return isInDoubt;
    }

    void onAttemptFailed(KafkaException cause) {
        lastFailure = cause;
    }

    @Nullable
    KafkaException lastFailure() {
        return lastFailure;
    }

    /** Whether its records have been completed; a late answer then changes nothing. */
    boolean isEnded() {
        return isEnded;
    }

    /**
     * Gives the memory back, then tells everybody. The batch may still be in flight: the socket has references of its own.
     */
    void ack(Completer completer, FlushBarrier barrier, long baseOffset, long logAppendTimeMs) {
        end();
        completions.ack(completer, topicPartition(), baseOffset, logAppendTimeMs);
        generations.forEach(barrier::exit);
    }

    void fail(Completer completer, FlushBarrier barrier, KafkaException cause) {
        end();
        completions.fail(completer, cause);
        generations.forEach(barrier::exit);
    }

    /** Drops a batch that was never used; a record that was tried in it is in another one. */
    void discard(FlushBarrier barrier) {
        end();
        barrier.exit(generations.get(0));
    }

    private void end() {
        isEnded = true;
        SealedBatch batch = sealed;
        if (batch == null) {
            builder.discard();
        } else {
            batch.release();
        }
    }
}
