package dev.ottla.serialization;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The serializers and deserializers that come with Ottla, in pairs, and by the class names that Kafka has for them. */
public final class Serdes {
    private static final String KAFKA_PACKAGE = "org.apache.kafka.common.serialization.";

    /** What stands before {@code Serializer} and {@code Deserializer} in the names of Kafka's classes. */
    private static final Map<String, Serde<?>> BY_KAFKA_NAME = Map.ofEntries(
            Map.entry("ByteArray", bytes()),
            Map.entry("ByteBuffer", byteBuffer()),
            Map.entry("String", utf8()),
            Map.entry("Boolean", new Serde<>(Serializers.bool(), Deserializers.bool())),
            Map.entry("Short", int16()),
            Map.entry("Integer", int32()),
            Map.entry("Long", int64()),
            Map.entry("Float", float32()),
            Map.entry("Double", float64()),
            Map.entry("UUID", uuid()),
            Map.entry("Void", none()));

    private Serdes() {}

    /** Bytes as they are. */
    public static Serde<byte[]> bytes() {
        return new Serde<>(Serializers.bytes(), Deserializers.bytes());
    }

    /** What remains in a buffer. */
    public static Serde<ByteBuffer> byteBuffer() {
        return new Serde<>(Serializers.byteBuffer(), Deserializers.byteBuffer());
    }

    /** Text in UTF-8. */
    public static Serde<String> utf8() {
        return new Serde<>(Serializers.utf8(), Deserializers.utf8());
    }

    /** Two bytes, big-endian. */
    public static Serde<Short> int16() {
        return new Serde<>(Serializers.int16(), Deserializers.int16());
    }

    /** Four bytes, big-endian. */
    public static Serde<Integer> int32() {
        return new Serde<>(Serializers.int32(), Deserializers.int32());
    }

    /** Eight bytes, big-endian. */
    public static Serde<Long> int64() {
        return new Serde<>(Serializers.int64(), Deserializers.int64());
    }

    /** Four bytes, big-endian, IEEE 754. */
    public static Serde<Float> float32() {
        return new Serde<>(Serializers.float32(), Deserializers.float32());
    }

    /** Eight bytes, big-endian, IEEE 754. */
    public static Serde<Double> float64() {
        return new Serde<>(Serializers.float64(), Deserializers.float64());
    }

    /** The text form of a UUID. */
    public static Serde<UUID> uuid() {
        return new Serde<>(Serializers.uuid(), Deserializers.uuid());
    }

    /** For keys or values that are always null. */
    public static Serde<Void> none() {
        return new Serde<>(Serializers.none(), Deserializers.none());
    }

    /**
     * The counterpart of one of Kafka's serializers, by its class name; the class need not be present. Empty if there
     * is
     * none.
     */
    public static Optional<Serializer<?>> serializerOf(String kafkaClassName) {
        return find(kafkaClassName, "Serializer").map(Serde::serializer);
    }

    /**
     * The counterpart of one of Kafka's deserializers, by its class name; the class need not be present. Empty if there
     * is none.
     */
    public static Optional<Deserializer<?>> deserializerOf(String kafkaClassName) {
        return find(kafkaClassName, "Deserializer").map(Serde::deserializer);
    }

    private static Optional<Serde<?>> find(String className, String suffix) {
        if (!className.startsWith(KAFKA_PACKAGE) || !className.endsWith(suffix)) {
            return Optional.empty();
        }
        int suffixStart = className.length() - suffix.length();
        if (suffixStart < KAFKA_PACKAGE.length()) {
            return Optional.empty();
        }
        return Optional.ofNullable(BY_KAFKA_NAME.get(className.substring(KAFKA_PACKAGE.length(), suffixStart)));
    }
}
