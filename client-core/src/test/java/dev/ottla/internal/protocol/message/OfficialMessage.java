package dev.ottla.internal.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/** The oracle: the same message as the official client reads and writes it. */
final class OfficialMessage {
    private final Message message;

    private OfficialMessage(Message message) {
        this.message = message;
    }

    static OfficialMessage defaults(SchemaFile schema) {
        try {
            return new OfficialMessage(Class.forName(className(schema))
                    .asSubclass(Message.class)
                    .getConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static OfficialMessage of(SchemaFile schema, JsonNode value, int version) {
        try {
            Message message = (Message) Class.forName(className(schema) + "JsonConverter")
                    .getMethod("read", JsonNode.class, short.class)
                    .invoke(null, value, (short) version);
            addUnknownTags(message, value);
            return new OfficialMessage(message);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(schema.name() + " version " + version + ": " + value, e);
        }
    }

    static OfficialMessage read(SchemaFile schema, byte[] bytes, int version) {
        OfficialMessage official = defaults(schema);
        official.message.read(new ByteBufferAccessor(ByteBuffer.wrap(bytes)), (short) version);
        return official;
    }

    byte[] write(int version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, (short) version));
        message.write(new ByteBufferAccessor(buffer), cache, (short) version);
        return buffer.array();
    }

    int lowestVersion() {
        return message.lowestSupportedVersion();
    }

    int highestVersion() {
        return message.highestSupportedVersion();
    }

    private static String className(SchemaFile schema) {
        String suffix = schema.hasApi() || schema.isHeader() ? "Data" : "";
        return "org.apache.kafka.common.message." + schema.name() + suffix;
    }

    private static void addUnknownTags(Message message, JsonNode value) throws ReflectiveOperationException {
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (field.getKey().equals(MessageValues.UNKNOWN_TAGS)) {
                field.getValue()
                        .properties()
                        .forEach(tag -> message.unknownTaggedFields()
                                .add(new RawTaggedField(Integer.parseInt(tag.getKey()), bytes(tag.getValue()))));
            } else {
                addUnknownTagsBelow(message, field);
            }
        }
    }

    private static void addUnknownTagsBelow(Message owner, Map.Entry<String, JsonNode> field)
            throws ReflectiveOperationException {
        JsonNode value = field.getValue();
        if (value.isObject()) {
            addUnknownTags((Message) get(owner, field.getKey()), value);
        } else if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
            int i = 0;
            for (Object element : (Collection<?>) get(owner, field.getKey())) {
                addUnknownTags((Message) element, value.get(i++));
            }
        }
    }

    private static Object get(Message owner, String field) throws ReflectiveOperationException {
        try {
            return owner.getClass().getMethod(field).invoke(owner);
        } catch (InvocationTargetException e) {
            throw new AssertionError(field, e.getCause());
        }
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return node.binaryValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
