package dev.ottla.internal.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ottla.internal.protocol.Bytes;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Longs;
import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.MessageReader;
import dev.ottla.internal.protocol.Shorts;
import dev.ottla.internal.protocol.TaggedFields;
import dev.ottla.internal.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** Our generated record of a message, built from the same values as the official one, without our own reader. */
final class OttlaMessage {
    private OttlaMessage() {}

    /** The record with these values; what they lack has the schema's default. */
    static Message of(SchemaFile schema, JsonNode value) {
        return (Message) struct(schema, recordOf(schema), value);
    }

    @SuppressWarnings("unchecked") // the generated read is one
    static MessageReader<Message> reader(SchemaFile schema) {
        try {
            Class<?> type = recordOf(schema);
            return MethodHandleProxies.asInterfaceInstance(
                    MessageReader.class,
                    MethodHandles.lookup()
                            .findStatic(type, "read", MethodType.methodType(type, ByteBuf.class, short.class)));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static Message read(SchemaFile schema, byte[] bytes, int version) {
        return Wire.readToEnd(Unpooled.wrappedBuffer(bytes), (short) version, schema.name(), reader(schema));
    }

    static byte[] write(Message message, int version) {
        ByteBuf out = Unpooled.buffer();
        message.write(out, (short) version);
        return ByteBufUtil.getBytes(out);
    }

    static Class<?> recordOf(SchemaFile schema) {
        try {
            return Class.forName(OttlaMessage.class.getPackageName() + "." + schema.name());
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static Object struct(SchemaFile schema, Class<?> type, JsonNode value) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = argument(schema, components[i], value);
        }
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            return canonical.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " from " + value, e);
        }
    }

    private static Object argument(SchemaFile schema, RecordComponent component, JsonNode value) {
        if (component.getName().equals("unknownTags")) {
            return unknownTags(value.path(MessageValues.UNKNOWN_TAGS));
        }
        JsonNode field = value.get(component.getName());
        if (field == null) {
            return DefaultValues.of(schema, component);
        }
        return field.isNull() ? null : value(schema, component, field);
    }

    private static TaggedFields unknownTags(JsonNode tags) {
        TaggedFields fields = TaggedFields.NONE;
        for (Map.Entry<String, JsonNode> tag : tags.properties()) {
            fields = fields.with(Integer.parseInt(tag.getKey()), bytes(tag.getValue()));
        }
        return fields;
    }

    private static Object value(SchemaFile schema, RecordComponent component, JsonNode node) {
        Class<?> type = component.getType();
        if (type == List.class) {
            Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            List<Object> list = new ArrayList<>();
            node.forEach(each -> list.add(scalar(schema, element, each)));
            return list;
        }
        return scalar(schema, type, node);
    }

    private static Object scalar(SchemaFile schema, Class<?> type, JsonNode node) {
        if (type.isRecord()) {
            return struct(schema, type, node);
        }
        return switch (type.getSimpleName()) {
            case "boolean" -> node.asBoolean();
            case "byte" -> (byte) node.asInt();
            case "short" -> (short) node.asInt();
            case "int" -> node.asInt();
            case "long" -> node.asLong();
            case "double" -> node.asDouble();
            case "String" -> node.asText();
            case "UUID" -> uuid(node.asText());
            case "ByteBuf" -> Unpooled.wrappedBuffer(bytes(node));
            default -> numbers(type, node);
        };
    }

    private static Object numbers(Class<?> type, JsonNode node) {
        long[] values = new long[node.size()];
        byte[] bytes = new byte[node.size()];
        short[] shorts = new short[node.size()];
        int[] ints = new int[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).asLong();
            bytes[i] = (byte) values[i];
            shorts[i] = (short) values[i];
            ints[i] = (int) values[i];
        }
        return switch (type.getSimpleName()) {
            case "Bytes" -> Bytes.of(bytes);
            case "Shorts" -> Shorts.of(shorts);
            case "Ints" -> Ints.of(ints);
            case "Longs" -> Longs.of(values);
            default -> throw new AssertionError(type);
        };
    }

    private static UUID uuid(String text) {
        Uuid uuid = Uuid.fromString(text);
        return new UUID(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return node.binaryValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
