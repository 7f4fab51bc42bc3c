package dev.ottla.producer.internal;

import dev.ottla.errors.RecordException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.serialization.GrowingSink;
import dev.ottla.serialization.Serializer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Serializes keys and values into memory that is kept for the next record. Step 2 of sending; borrowed from
 * {@link RecordEncoders} by one sending thread at a time.
 */
@Confined
public final class RecordEncoder {
    /** Memory beyond this is not kept: one large record should not cost its size for ever. */
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private static final VarHandle LENT;

    static {
        try {
            LENT = MethodHandles.lookup().findVarHandle(RecordEncoder.class, "isLent", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int bytesMax;
    private GrowingSink sink;
    private final EncodedRecord record = new EncodedRecord();

    /** Whether a thread has it; written through the handle alone. */
    private volatile boolean isLent;

    RecordEncoder(int bytesMax) {
        this.bytesMax = bytesMax;
        this.sink = new GrowingSink(bytesMax);
    }

    /** Any thread: whether it was free, and now belongs to the caller. */
    boolean tryLend() {
        return !isLent && LENT.compareAndSet(this, false, true);
    }

    /** Another thread may have it. */
    void giveBack() {
        if (sink.array().length > KEPT_BYTES_MAX) {
            sink = new GrowingSink(bytesMax);
        }
        LENT.setRelease(this, false);
    }

    /**
     * Serializes both parts; null stays null. The result is valid until the next call.
     *
     * @throws RecordException if a serializer fails, or both together exceed the largest request
     */
    public <K, V> EncodedRecord encode(
            String topic,
            Serializer<K> keySerializer,
            @Nullable K key,
            Serializer<V> valueSerializer,
            @Nullable V value) {
        sink.reset();
        if (key != null) {
            write(topic, "key", keySerializer, key);
        }
        int keyEnd = sink.writtenBytes();
        if (value != null) {
            write(topic, "value", valueSerializer, value);
        }
        record.bytes(
                sink.array(),
                key == null ? EncodedRecord.NULL : keyEnd,
                value == null ? EncodedRecord.NULL : sink.writtenBytes() - keyEnd);
        return record;
    }

    private <T> void write(String topic, String part, Serializer<T> serializer, T object) {
        try {
            serializer.write(object, sink);
        } catch (RuntimeException e) {
            throw new RecordException(
                    "The " + part + " of a record for topic \"" + topic + "\" can't be serialized: " + e.getMessage(),
                    e);
        }
    }
}
