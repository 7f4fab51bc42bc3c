package dev.ottla.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.BooleanDeserializer;
import org.apache.kafka.common.serialization.BooleanSerializer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.ByteBufferSerializer;
import org.apache.kafka.common.serialization.DoubleDeserializer;
import org.apache.kafka.common.serialization.DoubleSerializer;
import org.apache.kafka.common.serialization.FloatDeserializer;
import org.apache.kafka.common.serialization.FloatSerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.ShortDeserializer;
import org.apache.kafka.common.serialization.ShortSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.serialization.UUIDDeserializer;
import org.apache.kafka.common.serialization.UUIDSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SerializersTest {
    private static final String TOPIC = "orders";

    @ParameterizedTest
    @MethodSource("values")
    <T> void should_write_and_read_the_bytes_of_the_official_serializers(
            T value,
            Serde<T> ours,
            org.apache.kafka.common.serialization.Serializer<T> officialSerializer,
            org.apache.kafka.common.serialization.Deserializer<T> officialDeserializer) {
        // when
        byte[] bytes = serialize(ours.serializer(), value);

        // then
        byte[] official = officialSerializer.serialize(TOPIC, value);
        assertThat(bytes).isEqualTo(official);
        assertThat(deserialize(ours.deserializer(), bytes)).isEqualTo(officialDeserializer.deserialize(TOPIC, bytes));
    }

    @Test
    void should_write_what_remains_in_a_buffer_and_leave_its_position_alone() {
        // given
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);

        // when
        byte[] bytes = serialize(Serializers.byteBuffer(), buffer);

        // then
        assertThat(bytes).containsExactly(2, 3);
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void should_adapt_classic_functions_and_give_them_the_topic() {
        // given
        Serializer<String> serializer = Serializers.<String>fromClassic(
                        (topic, text) -> (topic + ":" + text).getBytes(StandardCharsets.UTF_8))
                .forTopic(TOPIC);
        Deserializer<String> deserializer = Deserializers.<String>fromClassic(
                        (topic, bytes) -> topic + "<" + new String(bytes, StandardCharsets.UTF_8))
                .forTopic(TOPIC);

        // when
        byte[] bytes = serialize(serializer, "a");

        // then
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("orders:a");
        assertThat(deserialize(deserializer, bytes)).isEqualTo("orders<orders:a");
    }

    @Test
    void should_adapt_the_official_serializers_themselves() {
        // given
        Serializer<Integer> serializer = Serializers.<Integer>fromClassic(new IntegerSerializer()::serialize)
                .forTopic(TOPIC);

        // then
        assertThat(serialize(serializer, 7)).containsExactly(0, 0, 0, 7);
    }

    @Test
    void should_refuse_to_use_a_classic_function_without_its_topic() {
        assertThatIllegalStateException()
                .isThrownBy(() -> serialize(Serializers.fromClassic((topic, text) -> new byte[0]), "a"));
        assertThatIllegalStateException()
                .isThrownBy(() -> deserialize(Deserializers.fromClassic((topic, bytes) -> ""), new byte[0]));
    }

    @Test
    void should_adapt_functions_of_bytes() {
        assertThat(serialize(Serializers.<String>from(text -> text.getBytes(StandardCharsets.UTF_8)), "ab"))
                .containsExactly('a', 'b');
        String text = deserialize(Deserializers.from(bytes -> Arrays.toString(bytes)), new byte[] {1});
        assertThat(text).isEqualTo("[1]");
    }

    @Test
    void should_refuse_bytes_of_another_size() {
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> deserialize(Deserializers.int64(), new byte[5]))
                .withMessageContaining("8 bytes were expected, found 5");
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> deserialize(Deserializers.bool(), new byte[] {2}));
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> deserialize(Deserializers.none(), new byte[1]));
    }

    static byte[] serialize(Serializer<?> serializer, Object value) {
        return serializeTyped(serializer, value);
    }

    @SuppressWarnings("unchecked") // each test passes a value of the serializer's type
    private static <T> byte[] serializeTyped(Serializer<T> serializer, Object value) {
        GrowingSink sink = new GrowingSink(1024);
        serializer.write((T) value, sink);
        return Arrays.copyOf(sink.array(), sink.writtenBytes());
    }

    private static <T> T deserialize(Deserializer<T> deserializer, byte[] bytes) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 2).put(1, bytes);
        T fromDirect = deserializer.read(new ByteBufferSource().reset(direct, 1, bytes.length));
        T fromHeap = deserializer.read(new ByteBufferSource().reset(ByteBuffer.wrap(bytes), 0, bytes.length));
        assertThat(fromHeap).isEqualTo(fromDirect);
        return fromDirect;
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(new byte[] {1, 2}, Serdes.bytes(), new ByteArraySerializer(), new ByteArrayDeserializer()),
                arguments(new byte[0], Serdes.bytes(), new ByteArraySerializer(), new ByteArrayDeserializer()),
                arguments(
                        ByteBuffer.wrap(new byte[] {1, 2}),
                        Serdes.byteBuffer(),
                        new ByteBufferSerializer(),
                        new ByteBufferDeserializer()),
                arguments("", Serdes.utf8(), new StringSerializer(), new StringDeserializer()),
                arguments("a\u00e4\u20ac\ud83d\ude00", Serdes.utf8(), new StringSerializer(), new StringDeserializer()),
                arguments("\ud83d lone", Serdes.utf8(), new StringSerializer(), new StringDeserializer()),
                arguments(true, bool(), new BooleanSerializer(), new BooleanDeserializer()),
                arguments(false, bool(), new BooleanSerializer(), new BooleanDeserializer()),
                arguments((short) -2, Serdes.int16(), new ShortSerializer(), new ShortDeserializer()),
                arguments(0x01020304, Serdes.int32(), new IntegerSerializer(), new IntegerDeserializer()),
                arguments(Integer.MIN_VALUE, Serdes.int32(), new IntegerSerializer(), new IntegerDeserializer()),
                arguments(0x0102030405060708L, Serdes.int64(), new LongSerializer(), new LongDeserializer()),
                arguments(-1L, Serdes.int64(), new LongSerializer(), new LongDeserializer()),
                arguments(1.5f, Serdes.float32(), new FloatSerializer(), new FloatDeserializer()),
                arguments(Float.NaN, Serdes.float32(), new FloatSerializer(), new FloatDeserializer()),
                arguments(-2.25, Serdes.float64(), new DoubleSerializer(), new DoubleDeserializer()),
                arguments(new UUID(1, -1), Serdes.uuid(), new UUIDSerializer(), new UUIDDeserializer()));
    }

    private static Serde<Boolean> bool() {
        return new Serde<>(Serializers.bool(), Deserializers.bool());
    }
}
