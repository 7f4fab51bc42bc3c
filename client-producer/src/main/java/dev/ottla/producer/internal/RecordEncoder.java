package dev.ottla.producer.internal;

import dev.ottla.errors.RecordException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.serialization.GrowingSink;
import dev.ottla.serialization.Serializer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Serializes keys and values into memory that is kept for the next record. Step 2 of sending; borrowed from
 * {@link RecordEncoders} by one sending thread at a time.
 */
@Confined
public final class RecordEncoder {
    /** Memory beyond this is not kept: one large record should not cost its size for ever. */
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private final GrowingSink sink;
    private final EncodedRecord record = new EncodedRecord();
    private byte[] wrapped;
    private ByteBuffer keyView;
    private ByteBuffer valueView;

    RecordEncoder(int bytesMax) {
        this.sink = new GrowingSink(bytesMax);
        this.wrapped = sink.array();
        this.keyView = ByteBuffer.wrap(wrapped);
        this.valueView = ByteBuffer.wrap(wrapped);
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
        if (sink.array() != wrapped) {
            wrapped = sink.array();
            keyView = ByteBuffer.wrap(wrapped);
            valueView = ByteBuffer.wrap(wrapped);
        }
        record.key = key == null ? null : keyView.limit(keyEnd).position(0);
        record.value =
                value == null ? null : valueView.limit(sink.writtenBytes()).position(keyEnd);
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

    boolean isWorthKeeping() {
        return wrapped.length <= KEPT_BYTES_MAX;
    }
}
