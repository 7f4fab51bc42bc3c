package dev.ottla.consumer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializer;
import dev.ottla.serialization.Deserializers;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose failure it is when a deserializer throws an error. */
class RecordDecoderTest {
    private static final ConsumerRecord<byte[], byte[]> RECORD = new ConsumerRecord<>(
            "orders", 0, 7, 0, TimestampType.CREATE_TIME, null, new byte[] {1}, Headers.empty(), OptionalInt.empty());

    private static void decode(Error error) {
        Deserializer<byte[]> failing = source -> {
            throw error;
        };
        new RecordDecoder<>(new TopicDeserializers<>(Deserializers.bytes()), new TopicDeserializers<>(failing))
                .decode(RECORD);
    }

    static Stream<Error> ofTheRecord() {
        return Stream.of(new StackOverflowError("nested too deeply"), new AssertionError("no number"));
    }

    @ParameterizedTest
    @MethodSource("ofTheRecord")
    void should_take_an_error_for_the_failure_of_the_record(Error error) {
        // when, then
        assertThatThrownBy(() -> decode(error))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("offset 7")
                .hasCause(error);
    }

    static Stream<Error> ofTheMachine() {
        return Stream.of(new OutOfMemoryError("on purpose"), new NoClassDefFoundError("on purpose"));
    }

    @ParameterizedTest
    @MethodSource("ofTheMachine")
    void should_let_pass_what_would_be_the_same_with_any_record(Error error) {
        // when, then
        assertThatThrownBy(() -> decode(error)).isSameAs(error);
    }
}
