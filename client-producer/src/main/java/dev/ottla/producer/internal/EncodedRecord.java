package dev.ottla.producer.internal;

import dev.ottla.common.Headers;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One serialized record on its way into a batch. Between steps 2 and 4 of sending; filled by {@link RecordEncoder} and reused
 * for the next record, unless it has to wait and is {@linkplain #detached() copied}. Owned by the sending thread.
 */
@Confined
public final class EncodedRecord {
    /** The partition of a record that names none. */
    public static final int ANY_PARTITION = -1;

    Object source = this;
    Object completion = this;

    @Nullable
    ByteBuffer key;

    @Nullable
    ByteBuffer value;

    Headers headers = Headers.empty();
    int partition = ANY_PARTITION;
    long timestamp;

    /** What a flush waits for while the record itself waits for a batch. */
    FlushBarrier.@Nullable Generation generation;

    EncodedRecord() {}

    /**
     * Takes what is not bytes.
     *
     * @param source the user's record, handed to the partitioner as it is
     * @param completion what {@link Completer} will be called with
     */
    public EncodedRecord with(Object source, int partition, long timestamp, Headers headers, Object completion) {
        this.source = source;
        this.partition = partition;
        this.timestamp = timestamp;
        this.headers = headers;
        this.completion = completion;
        this.generation = null;
        return this;
    }

    /** The most memory that a batch with this record alone takes. */
    long batchBytesMax() {
        return RecordBatchBuilder.batchBytesMax(length(key), length(value), headers);
    }

    /** A copy with memory of its own, for a record that has to wait. */
    EncodedRecord detached() {
        EncodedRecord copy = new EncodedRecord().with(source, partition, timestamp, headers, completion);
        copy.key = copy(key);
        copy.value = copy(value);
        return copy;
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return null;
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return ByteBuffer.wrap(copy);
    }
}
