package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaVersionTest {
    @ParameterizedTest
    @CsvSource({"2.8.2,false,true", "3.2.3,false,true", "3.3.2,true,true", "3.9.1,true,true", "4.3.1,true,false"})
    void should_know_what_a_release_needs(String text, boolean runsWithoutZooKeeper, boolean logsThroughLog4j1) {
        KafkaVersion version = KafkaVersion.parse(text);

        assertThat(version.runsWithoutZooKeeper()).isEqualTo(runsWithoutZooKeeper);
        assertThat(version.logsThroughLog4j1()).isEqualTo(logsThroughLog4j1);
        assertThat(version).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2.7.2,false,true",
        "2.8.2,true,true",
        "3.2.3,true,true",
        "3.4.1,true,false",
        "3.5.0,true,true",
        "4.3.1,true,true"
    })
    void should_know_what_the_launcher_can_do_with_a_release(String text, boolean isSupported, boolean createsUsers) {
        KafkaVersion version = KafkaVersion.parse(text);

        assertThat(version.isSupported()).isEqualTo(isSupported);
        assertThat(version.createsScramUsers()).isEqualTo(createsUsers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4.3", "latest", "4.3.1/../x", "99999999999.0.0"})
    void should_refuse_what_is_no_release(String text) {
        assertThatThrownBy(() -> KafkaVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 4.3.1");
    }

    @Test
    void should_start_with_the_default_when_none_is_named() {
        assertThat(KafkaVersion.parse(RealKafka.Builder.DEFAULT_VERSION).runsWithoutZooKeeper())
                .isTrue();
    }
}
