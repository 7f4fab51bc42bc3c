package dev.ottla.config;

import dev.ottla.serialization.Deserializer;
import dev.ottla.serialization.Serdes;
import dev.ottla.serialization.Serializer;
import java.util.Optional;
import java.util.function.Function;

/** Values that name a class of Kafka's, which stand for something of our own: no class is ever loaded by name. */
final class KafkaClasses {
    static final String BY_NAME_ONLY = "Others are given to the builder; no class is loaded by name.";

    private KafkaClasses() {}

    static ValueType<Serializer<?>> serializer() {
        return mapped("serializer class name", Serdes::serializerOf);
    }

    static ValueType<Deserializer<?>> deserializer() {
        return mapped("deserializer class name", Serdes::deserializerOf);
    }

    static ValueType<Assignor> assignor() {
        return new ValueType<>(
                "assignor class name",
                KafkaClasses::parseAssignor,
                ValueType.Check.none(),
                Assignor::protocolName,
                false);
    }

    static ValueType<AutoOffsetReset> offsetReset() {
        return new ValueType<>(
                "earliest, latest, none or by_duration:<ISO-8601>",
                AutoOffsetReset::parse,
                ValueType.Check.none(),
                AutoOffsetReset::toString,
                false);
    }

    private static Assignor parseAssignor(String text) {
        Assignor assignor = Assignor.BY_NAME.get(text);
        if (assignor == null) {
            throw new IllegalArgumentException(
                    "has \"" + text + "\", which is not one of Kafka's assignors; no class is loaded by name");
        }
        return assignor;
    }

    private static <T> ValueType<T> mapped(String name, Function<String, Optional<T>> find) {
        return new ValueType<>(
                name,
                text -> find.apply(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "is not one of Kafka's own; give yours to the builder, no class is loaded by name")),
                ValueType.Check.none(),
                value -> "given in code",
                false);
    }
}
