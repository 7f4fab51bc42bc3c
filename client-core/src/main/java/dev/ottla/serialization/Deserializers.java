package dev.ottla.serialization;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The deserializers that come with Ottla. They read what those of the same name in
 * {@code org.apache.kafka.common.serialization} read. All are thread-safe and hold no state.
 */
public final class Deserializers {
    private static final Deserializer<byte[]> BYTES = Source::readRemaining;
    private static final Deserializer<ByteBuffer> BYTE_BUFFER = source -> ByteBuffer.wrap(source.readRemaining());
    private static final Deserializer<String> UTF8 = Source::readUtf8;
    private static final Deserializer<Boolean> BOOLEAN =
            source -> toBoolean(sized(source, Byte.BYTES).readByte());
    private static final Deserializer<Short> INT16 =
            source -> sized(source, Short.BYTES).readShort();
    private static final Deserializer<Integer> INT32 =
            source -> sized(source, Integer.BYTES).readInt();
    private static final Deserializer<Long> INT64 =
            source -> sized(source, Long.BYTES).readLong();
    private static final Deserializer<Float> FLOAT32 =
            source -> Float.intBitsToFloat(sized(source, Float.BYTES).readInt());
    private static final Deserializer<Double> FLOAT64 =
            source -> Double.longBitsToDouble(sized(source, Double.BYTES).readLong());
    private static final Deserializer<UUID> UUID_TEXT = source -> UUID.fromString(source.readUtf8());
    private static final Deserializer<Void> VOID = source -> {
        throw new RecordException(
                "Null was expected, found " + source.remainingBytes() + " bytes: use another deserializer.", null);
    };

    private Deserializers() {}

    /** A copy of the bytes. */
    public static Deserializer<byte[]> bytes() {
        return BYTES;
    }

    /** A copy of the bytes, from position 0 to the limit. */
    public static Deserializer<ByteBuffer> byteBuffer() {
        return BYTE_BUFFER;
    }

    /** Text in UTF-8. */
    public static Deserializer<String> utf8() {
        return UTF8;
    }

    /** One byte, 1 for true and 0 for false. */
    public static Deserializer<Boolean> bool() {
        return BOOLEAN;
    }

    /** Exactly two bytes, big-endian. */
    public static Deserializer<Short> int16() {
        return INT16;
    }

    /** Exactly four bytes, big-endian. */
    public static Deserializer<Integer> int32() {
        return INT32;
    }

    /** Exactly eight bytes, big-endian. */
    public static Deserializer<Long> int64() {
        return INT64;
    }

    /** Exactly four bytes, big-endian, IEEE 754. */
    public static Deserializer<Float> float32() {
        return FLOAT32;
    }

    /** Exactly eight bytes, big-endian, IEEE 754. */
    public static Deserializer<Double> float64() {
        return FLOAT64;
    }

    /** The text form of a UUID. */
    public static Deserializer<UUID> uuid() {
        return UUID_TEXT;
    }

    /** For keys or values that are always null; fails if one is not. */
    public static Deserializer<Void> none() {
        return VOID;
    }

    /**
     * Adapts a function that takes a byte array. Slower than a deserializer of one's own: each value is copied first.
     */
    public static <T> Deserializer<T> from(Function<byte[], ? extends T> function) {
        return source -> function.apply(source.readRemaining());
    }

    /**
     * Adapts a function of the classic shape, which also wants the topic:
     * {@code Deserializers.fromClassic(avro::deserialize)} makes a deserializer of {@code kafka-clients} usable without
     * Ottla depending on it.
     */
    public static <T> Deserializer<T> fromClassic(BiFunction<String, byte[], ? extends T> function) {
        return new ClassicDeserializer<>(function, null);
    }

    private static Source sized(Source source, int expectedBytes) {
        if (source.remainingBytes() != expectedBytes) {
            throw new RecordException(
                    expectedBytes + " bytes were expected, found " + source.remainingBytes()
                            + ": use the deserializer that matches the producer's serializer.",
                    null);
        }
        return source;
    }

    private static boolean toBoolean(byte value) {
        if (value != 0 && value != 1) {
            throw new RecordException("A boolean is the byte 0 or 1, found " + value + ".", null);
        }
        return value == 1;
    }

    private record ClassicDeserializer<T>(
            BiFunction<String, byte[], ? extends T> function,
            @Nullable String topic) implements Deserializer<T> {

        @Override
        public T read(Source source) {
            if (topic == null) {
                throw new IllegalStateException("a classic deserializer needs its topic: call forTopic first");
            }
            return function.apply(topic, source.readRemaining());
        }

        @Override
        public Deserializer<T> forTopic(String topic) {
            return new ClassicDeserializer<>(function, topic);
        }
    }
}
