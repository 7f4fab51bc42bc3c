package dev.ottla.testkit.internal.log;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchHeader;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a log knows of the idempotent producers that have written to it (KIP-98): epoch, the last five batches, an open
 * transaction. Part of a {@link PartitionLog}.
 */
@Confined
final class ProducerStates {
    /** As many batches as a client may have in flight (KAFKA-5494), so every resent one is recognized. */
    private static final int REMEMBERED_BATCHES = 5;

    private static final long NO_TRANSACTION = -1;
    private static final int NO_SEQUENCE = -1;

    private final Map<Long, Producer> byId = new HashMap<>();

    /** One batch as it was appended. */
    private record Remembered(int baseSequence, int lastSequence, long baseOffset, long lastOffset, long timestamp) {}

    private static final class Producer {
        private short epoch;
        private final ArrayDeque<Remembered> batches = new ArrayDeque<>(REMEMBERED_BATCHES);
        private long transactionFirstOffset = NO_TRANSACTION;
    }

    /** The answer to give without appending; null if the batch is to be appended. */
    @Nullable
    Append check(RecordBatchHeader batch) {
        if (batch.producerId() < 0) {
            return null;
        }
        Producer producer = byId.get(batch.producerId());
        if (producer == null) {
            // Whatever sequence comes from a producer that is unknown, or that has expired, is taken (KAFKA-14920).
            return null;
        }
        Append.Duplicate duplicate = duplicateOf(producer, batch);
        return duplicate != null ? duplicate : refusal(producer, batch);
    }

    private static Append.@Nullable Duplicate duplicateOf(Producer producer, RecordBatchHeader batch) {
        if (batch.producerEpoch() != producer.epoch) {
            return null;
        }
        int lastSequence = plus(batch.baseSequence(), batch.lastOffsetDelta());
        for (Remembered each : producer.batches) {
            if (each.baseSequence == batch.baseSequence() && each.lastSequence == lastSequence) {
                return new Append.Duplicate(each.baseOffset, each.lastOffset + 1, each.timestamp);
            }
        }
        return null;
    }

    private static Append.@Nullable Refused refusal(Producer producer, RecordBatchHeader batch) {
        if (batch.producerEpoch() < producer.epoch) {
            return Append.Refused.because(
                    ErrorCode.INVALID_PRODUCER_EPOCH,
                    "Epoch of producer " + batch.producerId() + " is " + batch.producerEpoch()
                            + ", which is smaller than the last seen epoch " + producer.epoch);
        }
        int lastSequence = producer.batches.isEmpty() ? NO_SEQUENCE : producer.batches.getLast().lastSequence;
        boolean inOrder = batch.producerEpoch() == producer.epoch
                ? batch.baseSequence() == plus(lastSequence, 1)
                : batch.baseSequence() == 0;
        if (!inOrder) {
            return Append.Refused.because(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "Out of order sequence number for producer " + batch.producerId() + ": " + batch.baseSequence()
                            + " (incoming seq. number), " + lastSequence + " (current end sequence number)");
        }
        if (producer.transactionFirstOffset != NO_TRANSACTION && !batch.isTransactional()) {
            return Append.Refused.because(
                    ErrorCode.INVALID_TXN_STATE, "Expected transactional write from producer " + batch.producerId());
        }
        return null;
    }

    /** Sequence numbers go back to 0 after 2^31-1. */
    private static int plus(int sequence, int increment) {
        return (sequence + increment) & Integer.MAX_VALUE;
    }

    /** Takes note of a batch that is in the log now, a producer's or a transaction marker. */
    void onAppended(RecordBatchHeader batch, long timestamp) {
        if (batch.producerId() < 0) {
            return;
        }
        Producer producer = byId.computeIfAbsent(batch.producerId(), id -> new Producer());
        if (batch.producerEpoch() != producer.epoch) {
            producer.epoch = batch.producerEpoch();
            producer.batches.clear();
        }
        if (batch.isControl()) {
            producer.transactionFirstOffset = NO_TRANSACTION;
            return;
        }
        if (producer.batches.size() == REMEMBERED_BATCHES) {
            producer.batches.removeFirst();
        }
        producer.batches.addLast(new Remembered(
                batch.baseSequence(),
                plus(batch.baseSequence(), batch.lastOffsetDelta()),
                batch.baseOffset(),
                batch.lastOffset(),
                timestamp));
        if (batch.isTransactional() && producer.transactionFirstOffset == NO_TRANSACTION) {
            producer.transactionFirstOffset = batch.baseOffset();
        }
    }

    /** The first offset of the producer's open transaction; -1 if it has none. */
    long transactionFirstOffset(long producerId) {
        Producer producer = byId.get(producerId);
        return producer == null ? NO_TRANSACTION : producer.transactionFirstOffset;
    }

    /** The first offset of the oldest open transaction; the given one if there is none. */
    long firstOpenOffset(long otherwise) {
        long first = otherwise;
        for (Producer each : byId.values()) {
            if (each.transactionFirstOffset != NO_TRANSACTION) {
                first = Math.min(first, each.transactionFirstOffset);
            }
        }
        return first;
    }

    /** Whether this instance of the producer has an open transaction. */
    boolean hasOpenTransaction(long producerId, short producerEpoch) {
        Producer producer = byId.get(producerId);
        return producer != null && producer.epoch == producerEpoch && producer.transactionFirstOffset != NO_TRANSACTION;
    }

    /** A producer with an open transaction does not expire. */
    void forget(long producerId) {
        if (transactionFirstOffset(producerId) == NO_TRANSACTION) {
            byId.remove(producerId);
        }
    }

    void forgetAll() {
        byId.values().removeIf(producer -> producer.transactionFirstOffset == NO_TRANSACTION);
    }

    void clear() {
        byId.clear();
    }
}
