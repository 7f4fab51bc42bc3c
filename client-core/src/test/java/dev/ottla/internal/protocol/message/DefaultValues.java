package dev.ottla.internal.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ottla.internal.protocol.Bytes;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Longs;
import dev.ottla.internal.protocol.Shorts;
import dev.ottla.internal.protocol.TaggedFields;
import dev.ottla.internal.protocol.Wire;
import io.netty.buffer.Unpooled;
import java.lang.reflect.RecordComponent;
import java.util.List;

/** What the schema says of a field that nobody set. */
final class DefaultValues {
    private DefaultValues() {}

    static Object of(SchemaFile schema, RecordComponent component) {
        if (component.getType() == TaggedFields.class) {
            return TaggedFields.NONE;
        }
        JsonNode field = schema.field(component.getDeclaringRecord().getSimpleName(), component.getName());
        String text = field.path("default").asText();
        if (text.equals("null")) {
            return null;
        }
        Class<?> type = component.getType();
        if (type.isRecord()) {
            return OttlaMessage.struct(schema, type, JsonNodeFactory.instance.objectNode());
        }
        long number = text.isEmpty() || !type.isPrimitive() || type == boolean.class ? 0 : Long.decode(text);
        return switch (type.getSimpleName()) {
            case "boolean" -> text.equals("true");
            case "byte" -> (byte) number;
            case "short" -> (short) number;
            case "int" -> (int) number;
            case "long" -> number;
            case "double" -> (double) number;
            case "String" -> text;
            case "UUID" -> Wire.ZERO_UUID;
            case "ByteBuf" -> Unpooled.EMPTY_BUFFER;
            case "List" -> List.of();
            case "Bytes" -> Bytes.EMPTY;
            case "Shorts" -> Shorts.EMPTY;
            case "Ints" -> Ints.EMPTY;
            case "Longs" -> Longs.EMPTY;
            default -> throw new AssertionError(type);
        };
    }
}
