package dev.ottla.producer.internal;

import dev.ottla.common.Headers;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.RecordBatchHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One serialized record on its way into a batch. Between steps 2 and 4 of sending; filled by {@link RecordEncoder} and reused
 * for the next record, unless it has to wait and is {@linkplain #detached copied}. Owned by the sending thread. Nothing is stored
 * that is as it was: to store a reference in an object of this age costs more than to copy a small record (decision 006).
 */
@Confined
public final class EncodedRecord {
    /** The partition of a record that names none. */
    public static final int ANY_PARTITION = -1;

    /** The timestamp of a record that has none of its own. */
    public static final long TIME_OF_SEND = -1;

    /** The length of a key or value that is null. */
    static final int NULL = -1;

    /** The user's record, for a partitioner; only of a record that waits. */
    Object source = this;

    Object completion = this;

    /** The key, and behind it the value. */
    byte[] bytes = {};

    int keyBytes = NULL;
    int valueBytes = NULL;
    Headers headers = Headers.empty();
    int partition = ANY_PARTITION;
    long timestamp = TIME_OF_SEND;

    /** How long its thread may wait at most until it is accepted. */
    long patienceNanos = Long.MAX_VALUE;

    /** What a flush waits for while the record itself waits for a batch. */
    FlushBarrier.@Nullable Generation generation;

    /** Of a record that waits: since when, which counts into its delivery timeout. */
    long sinceNanos;

    private ByteBuffer view = ByteBuffer.wrap(bytes);

    EncodedRecord() {}

    /** Since when the delivery of the record has been going on, if it is now that it comes into a batch. */
    long sinceNanos(long nowNanos) {
        return generation == null ? nowNanos : sinceNanos;
    }

    /**
     * Takes what is not bytes.
     *
     * @param newCompletion what {@link Completer} will be called with
     */
    @SuppressWarnings("ReferenceEquality") // equal headers are stored once more, which does no harm
    public void with(int newPartition, long newTimestamp, Headers newHeaders, Object newCompletion) {
        partition = newPartition;
        timestamp = newTimestamp;
        patienceNanos = Long.MAX_VALUE;
        if (headers != newHeaders) {
            headers = newHeaders;
        }
        if (completion != newCompletion) {
            completion = newCompletion;
        }
    }

    /** Of a record with a time of its own: its thread waits no longer than that until it is accepted. */
    public void patience(long nanosMax) {
        patienceNanos = nanosMax;
    }

    /** Borrows an array that begins with the key, followed by the value; either may be {@link #NULL}. */
    void bytes(byte[] borrowed, int ofKey, int ofValue) {
        if (bytes != borrowed) {
            bytes = borrowed;
            view = ByteBuffer.wrap(borrowed);
        }
        keyBytes = ofKey;
        valueBytes = ofValue;
    }

    /** The key, to be read before the next record. */
    @Nullable
    ByteBuffer key() {
        return keyBytes == NULL ? null : view.limit(keyBytes).position(0);
    }

    /** The most memory that a batch with this record alone takes. */
    long batchBytesMax() {
        return RecordBatchBuilder.batchBytesMax(Math.max(keyBytes, 0), Math.max(valueBytes, 0), headers);
    }

    /** The most that it takes of a batch that has others too. */
    long bytesMax() {
        return batchBytesMax() - RecordBatchHeader.BYTES;
    }

    /** A copy with memory and a time of its own, for a record that has to wait. */
    EncodedRecord detached(Object ofSource, long nowMillis) {
        EncodedRecord copy = new EncodedRecord();
        copy.with(partition, timestamp == TIME_OF_SEND ? nowMillis : timestamp, headers, completion);
        copy.bytes(Arrays.copyOf(bytes, Math.max(keyBytes, 0) + Math.max(valueBytes, 0)), keyBytes, valueBytes);
        copy.source = ofSource;
        return copy;
    }
}
