package dev.ottla.serialization;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The serializers that come with Ottla. They write the same bytes as those of the same name in
 * {@code org.apache.kafka.common.serialization}. All are thread-safe and hold no state.
 */
public final class Serializers {
    private static final Serializer<byte[]> BYTES = (bytes, sink) -> sink.writeBytes(bytes);
    private static final Serializer<ByteBuffer> BYTE_BUFFER = (bytes, sink) -> sink.writeBytes(bytes);
    private static final Serializer<String> UTF8 = (text, sink) -> sink.writeUtf8(text);
    private static final Serializer<Boolean> BOOLEAN = (value, sink) -> sink.writeByte((byte) (value ? 1 : 0));
    private static final Serializer<Short> INT16 = (value, sink) -> sink.writeShort(value);
    private static final Serializer<Integer> INT32 = (value, sink) -> sink.writeInt(value);
    private static final Serializer<Long> INT64 = (value, sink) -> sink.writeLong(value);
    private static final Serializer<Float> FLOAT32 = (value, sink) -> sink.writeInt(Float.floatToRawIntBits(value));
    private static final Serializer<Double> FLOAT64 =
            (value, sink) -> sink.writeLong(Double.doubleToRawLongBits(value));
    private static final Serializer<UUID> UUID_TEXT = (uuid, sink) -> sink.writeUtf8(uuid.toString());
    private static final Serializer<Void> VOID = (nothing, sink) -> {};

    private Serializers() {}

    /** Bytes as they are. They are copied before {@code send} returns. */
    public static Serializer<byte[]> bytes() {
        return BYTES;
    }

    /**
     * What remains in the buffer, from its position to its limit; neither changes. (Kafka's ByteBufferSerializer
     * instead
     * rewinds the buffer first, and so sends what lies before the position too.)
     */
    public static Serializer<ByteBuffer> byteBuffer() {
        return BYTE_BUFFER;
    }

    /** Text in UTF-8. */
    public static Serializer<String> utf8() {
        return UTF8;
    }

    /** One byte, 1 for true and 0 for false. */
    public static Serializer<Boolean> bool() {
        return BOOLEAN;
    }

    /** Two bytes, big-endian. */
    public static Serializer<Short> int16() {
        return INT16;
    }

    /** Four bytes, big-endian. */
    public static Serializer<Integer> int32() {
        return INT32;
    }

    /** Eight bytes, big-endian. */
    public static Serializer<Long> int64() {
        return INT64;
    }

    /** Four bytes, big-endian, IEEE 754. */
    public static Serializer<Float> float32() {
        return FLOAT32;
    }

    /** Eight bytes, big-endian, IEEE 754. */
    public static Serializer<Double> float64() {
        return FLOAT64;
    }

    /** The 36 characters of {@link UUID#toString()}, as Kafka's UUIDSerializer has them. */
    public static Serializer<UUID> uuid() {
        return UUID_TEXT;
    }

    /** For keys or values that are always null. */
    public static Serializer<Void> none() {
        return VOID;
    }

    /**
     * Adapts a function that returns a byte array. Slower than a serializer of one's own: each value is copied once
     * more.
     *
     * @param function gives the bytes; it must not return null, because null is for tombstones
     */
    public static <T> Serializer<T> from(Function<? super T, byte[]> function) {
        return (value, sink) -> sink.writeBytes(function.apply(value));
    }

    /**
     * Adapts a function of the classic shape, which also wants the topic: {@code
     * Serializers.fromClassic(avro::serialize)}
     * makes a serializer of {@code kafka-clients} usable without Ottla depending on it.
     *
     * @param function takes the topic and the value and gives the bytes; it must not return null
     */
    public static <T> Serializer<T> fromClassic(BiFunction<String, ? super T, byte[]> function) {
        return new ClassicSerializer<>(function, null);
    }

    private record ClassicSerializer<T>(
            BiFunction<String, ? super T, byte[]> function,
            @Nullable String topic) implements Serializer<T> {

        @Override
        public void write(T value, Sink sink) {
            if (topic == null) {
                throw new IllegalStateException("a classic serializer needs its topic: call forTopic first");
            }
            sink.writeBytes(function.apply(topic, value));
        }

        @Override
        public Serializer<T> forTopic(String topic) {
            return new ClassicSerializer<>(function, topic);
        }
    }
}
