package dev.ottla.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerdesTest {
    private static final String PACKAGE = "org.apache.kafka.common.serialization.";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ByteArray",
                "ByteBuffer",
                "String",
                "Boolean",
                "Short",
                "Integer",
                "Long",
                "Float",
                "Double",
                "UUID",
                "Void"
            })
    void should_have_a_counterpart_of_each_official_serializer(String name) throws ClassNotFoundException {
        assertThat(Serdes.serializerOf(
                        Class.forName(PACKAGE + name + "Serializer").getName()))
                .isPresent();
        assertThat(Serdes.deserializerOf(
                        Class.forName(PACKAGE + name + "Deserializer").getName()))
                .isPresent();
    }

    @Test
    void should_find_the_right_one() {
        assertThat(Serdes.serializerOf(StringSerializer.class.getName())).containsSame(Serializers.utf8());
        assertThat(Serdes.deserializerOf(IntegerDeserializer.class.getName())).containsSame(Deserializers.int32());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "StringSerializer",
                "org.apache.kafka.common.serialization.",
                "org.apache.kafka.common.serialization.Serializer",
                "org.apache.kafka.common.serialization.StringDeserializer",
                "com.example.StringSerializer"
            })
    void should_find_nothing_for_other_names(String name) {
        assertThat(Serdes.serializerOf(name)).isEmpty();
    }
}
