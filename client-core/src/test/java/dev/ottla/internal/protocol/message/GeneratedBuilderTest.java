package dev.ottla.internal.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ottla.internal.protocol.TaggedFields;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every generated builder, of messages and of the structs inside them. */
class GeneratedBuilderTest {

    record Buildable(SchemaFile schema, Class<?> type) {
        Object build(Object from) throws ReflectiveOperationException {
            Object builder = type.getMethod("builder").invoke(null);
            for (RecordComponent component : type.getRecordComponents()) {
                if (from != null) {
                    Method setter = builder.getClass().getMethod(component.getName(), component.getType());
                    setter.invoke(builder, component.getAccessor().invoke(from));
                }
            }
            return builder.getClass().getMethod("build").invoke(builder);
        }

        @Override
        public String toString() {
            return type.getName();
        }
    }

    static List<Buildable> builders() {
        return ListedMessage.all().stream()
                .map(message -> SchemaFile.of(message.name()))
                .flatMap(schema -> Stream.concat(
                                Stream.of(OttlaMessage.recordOf(schema)),
                                Arrays.stream(OttlaMessage.recordOf(schema).getDeclaredClasses()))
                        .filter(GeneratedBuilderTest::hasBuilder)
                        .map(type -> new Buildable(schema, type)))
                .toList();
    }

    private static boolean hasBuilder(Class<?> type) {
        boolean manyFields = type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                                .filter(component -> component.getType() != TaggedFields.class)
                                .count()
                        > 4;
        assertThat(Arrays.stream(type.getDeclaredClasses())
                        .anyMatch(nested -> nested.getSimpleName().equals("Builder")))
                .as(type + " has a builder")
                .isEqualTo(manyFields);
        return manyFields;
    }

    @ParameterizedTest
    @MethodSource("builders")
    void should_start_with_the_defaults_of_the_schema(Buildable buildable) throws ReflectiveOperationException {
        Object expected =
                OttlaMessage.struct(buildable.schema(), buildable.type(), JsonNodeFactory.instance.objectNode());

        assertThat(buildable.build(null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("builders")
    void should_set_each_field_and_no_other(Buildable buildable) throws ReflectiveOperationException {
        SchemaFile schema = buildable.schema();
        String struct = buildable.type().getSimpleName();
        ListedMessage message = ListedMessage.all().stream()
                .filter(each -> each.name().equals(schema.name()))
                .findFirst()
                .orElseThrow();
        for (int version : message.versions()) {
            MessageValues values = new MessageValues(schema, version, Shape.RANDOM, version);
            Object record = OttlaMessage.struct(schema, buildable.type(), values.next(struct));

            assertThat(buildable.build(record)).isEqualTo(record);
        }
    }
}
