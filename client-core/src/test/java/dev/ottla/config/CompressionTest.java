package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.IntFunction;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {

    @ParameterizedTest
    @EnumSource
    void should_know_every_codec_of_kafka(CompressionType type) {
        assertThat(Compression.parse(type.name).codecName()).isEqualTo(type.name);
    }

    @Test
    void should_take_levels_in_kafkas_ranges() {
        assertLevels(CompressionType.GZIP, Compression::gzip, Compression.gzip());
        assertLevels(CompressionType.LZ4, Compression::lz4, Compression.lz4());
        assertLevels(CompressionType.ZSTD, Compression::zstd, Compression.zstd());
        assertThatIllegalArgumentException().isThrownBy(() -> Compression.gzip(0));
    }

    @Test
    void should_name_choices_when_codec_is_unknown() {
        assertThat(Compression.parse("ZSTD")).isEqualTo(Compression.zstd(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Compression.parse("brotli"))
                .withMessage("compression must be one of none, gzip, snappy, lz4, zstd; was brotli");
    }

    private static void assertLevels(CompressionType type, IntFunction<Compression> ofLevel, Compression ofDefault) {
        assertThat(ofDefault).isEqualTo(ofLevel.apply(type.defaultLevel()));
        assertThat(ofLevel.apply(type.minLevel())).isNotNull();
        assertThat(ofLevel.apply(type.maxLevel())).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ofLevel.apply(type.maxLevel() + 1))
                .withMessageContaining("was " + (type.maxLevel() + 1));
        int belowMin = type.minLevel() == 1 ? -2 : type.minLevel() - 1;
        assertThatIllegalArgumentException().isThrownBy(() -> ofLevel.apply(belowMin));
    }
}
