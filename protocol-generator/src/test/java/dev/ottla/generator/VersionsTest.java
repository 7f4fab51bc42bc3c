package dev.ottla.generator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsTest {

    @ParameterizedTest
    @ValueSource(strings = {"none", "3", "0-4", "6+"})
    void should_print_a_range_as_it_was_read(String text) {
        assertThat(Versions.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0+,   0-4, true",
        "3+,   0-4, v >= 3",
        "0-2,  0-4, v <= 2",
        "1-2,  0-4, v >= 1 && v <= 2",
        "2,    0-4, v == 2",
        "4+,   0-4, v >= 4",
        "6+,   0-4, false",
        "none, 0-4, false",
        "0-2,  1-2, true"
    })
    void should_reduce_a_condition_to_what_is_not_known_already(String range, String within, String condition) {
        assertThat(Versions.parse(range).condition(Versions.parse(within), "v")).isEqualTo(condition);
    }

    @Test
    void should_span_all_uses_of_a_struct() {
        Versions span = Versions.parse("0-3").span(Versions.parse("5"));

        assertThat(span).isEqualTo(Versions.parse("0-5"));
        assertThat(Versions.NONE.span(span)).isEqualTo(span);
        assertThat(span.span(Versions.NONE)).isEqualTo(span);
    }

    @Test
    void should_contain_every_range_inside() {
        assertThat(Versions.parse("2+").containsAll(Versions.parse("3-4"))).isTrue();
        assertThat(Versions.parse("2-3").containsAll(Versions.parse("3-4"))).isFalse();
        assertThat(Versions.parse("2-3").containsAll(Versions.NONE)).isTrue();
    }
}
