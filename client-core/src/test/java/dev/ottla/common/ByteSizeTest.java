package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"0,0 B", "1000,1000 B", "1024,1 KiB", "65536,64 KiB", "1048576,1 MiB", "3221225472,3 GiB", "1025,1025 B"
    })
    void should_print_the_largest_unit_that_divides_it_and_read_that_back(long bytes, String text) {
        assertThat(ByteSize.bytes(bytes)).hasToString(text);
        assertThat(ByteSize.parse(text)).isEqualTo(ByteSize.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"16384,16384", "64kib,65536", " 2 MiB ,2097152", "5b,5"})
    void should_read_numbers_with_and_without_unit(String text, long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5 MiB", "10 MB", "ten", "99999999999999999999", "9999999999 GiB"})
    void should_refuse_what_is_not_a_size(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text));
    }

    @Test
    void should_refuse_less_than_nothing_and_more_than_an_int_where_one_is_asked_for() {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.bytes(-1));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> ByteSize.gib(2).toIntExact());
        assertThat(ByteSize.mib(1).compareTo(ByteSize.kib(1025))).isNegative();
    }
}
