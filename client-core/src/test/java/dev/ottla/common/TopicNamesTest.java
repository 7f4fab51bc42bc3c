package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a",
                "A.b_c-9",
                "a b",
                "a/b",
                "caf\u00e9",
                "a\nb",
                "\u00e4",
                "a:b",
                "a\u0000"
            })
    void should_agree_with_the_official_client(String name) {
        assertThat(isLegal(name)).isEqualTo(isLegalForKafka(name));
    }

    @Test
    void should_allow_249_characters_and_no_more() {
        assertThat(isLegal("x".repeat(249))).isTrue();
        assertThat(isLegalForKafka("x".repeat(249))).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicNames.requireLegal("x".repeat(250)))
                .withMessageContaining("250");
    }

    private static boolean isLegal(String name) {
        try {
            return TopicNames.requireLegal(name).equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isLegalForKafka(String name) {
        try {
            Topic.validate(name);
            return true;
        } catch (InvalidTopicException e) {
            return false;
        }
    }
}
