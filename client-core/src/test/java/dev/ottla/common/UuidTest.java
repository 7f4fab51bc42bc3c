package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UuidTest {

    @ParameterizedTest
    @MethodSource("seeds")
    void should_print_and_order_as_kafka_does(long seed) {
        // given
        Random random = new Random(seed);
        Uuid a = new Uuid(random.nextLong(), random.nextLong());
        Uuid b = new Uuid(random.nextBoolean() ? a.mostSignificantBits() : random.nextLong(), random.nextLong());

        // then
        assertThat(a).hasToString(official(a).toString());
        assertThat(Integer.signum(a.compareTo(b)))
                .isEqualTo(Integer.signum(official(a).compareTo(official(b))));
        assertThat(Uuid.parse(a.toString())).isEqualTo(a);
    }

    @Test
    void should_convert_to_the_jdk_and_back() {
        // given
        UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");

        // then
        assertThat(Uuid.of(uuid).toUuid()).isEqualTo(uuid);
        assertThat(Uuid.ZERO.toUuid()).isEqualTo(new UUID(0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void should_refuse_what_is_not_16_bytes_of_base64(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Uuid.parse(text));
    }

    private static org.apache.kafka.common.Uuid official(Uuid uuid) {
        return new org.apache.kafka.common.Uuid(uuid.mostSignificantBits(), uuid.leastSignificantBits());
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }
}
