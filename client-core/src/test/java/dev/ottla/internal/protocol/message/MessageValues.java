package dev.ottla.internal.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;

/**
 * Draws values for the fields that a version has, as the JSON that the official converters understand. Unknown tagged
 * fields go under a key of their own, which those converters skip.
 */
final class MessageValues {
    static final String UNKNOWN_TAGS = "_unknownTags";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> TEXTS =
            List.of("a", "topic-1", "Zürich", "日本", "\uD83D\uDE00", "\u0000", "\uFFFD");

    private final SchemaFile schema;
    private final int version;
    private final Shape shape;
    private final Random random;

    MessageValues(SchemaFile schema, int version, Shape shape, long seed) {
        this.schema = schema;
        this.version = version;
        this.shape = shape;
        this.random = new Random(seed);
    }

    ObjectNode next() {
        return struct(schema.fields(version));
    }

    /** Values for one struct of the message, or for the message itself if the struct has its name. */
    ObjectNode next(String struct) {
        return struct(schema.fieldsOf(struct, version));
    }

    private ObjectNode struct(List<JsonNode> fields) {
        ObjectNode struct = NODES.objectNode();
        for (JsonNode field : fields) {
            if (!SchemaFile.isTagged(field) || isTagSet()) {
                struct.set(SchemaFile.fieldName(field), value(field));
            }
        }
        if (schema.isFlexible(version) && (shape == Shape.UNKNOWN_TAGS || (shape == Shape.RANDOM && oneIn(8)))) {
            ObjectNode tags = struct.putObject(UNKNOWN_TAGS);
            tags.put("1000", bytes(random.nextInt(4)));
            tags.put("70000", bytes(random.nextInt(4)));
        }
        return struct;
    }

    private boolean isTagSet() {
        return switch (shape) {
            case EMPTY -> false;
            case NULLS, EXTREMES, UNKNOWN_TAGS -> true;
            case RANDOM -> random.nextBoolean();
        };
    }

    private JsonNode value(JsonNode field) {
        if (SchemaFile.isNullable(field, version) && (shape == Shape.NULLS || (shape == Shape.RANDOM && oneIn(3)))) {
            return NODES.nullNode();
        }
        if (!SchemaFile.isArray(field)) {
            return element(field);
        }
        ArrayNode array = NODES.arrayNode();
        for (int i = elementCount(); i > 0; i--) {
            array.add(element(field));
        }
        return array;
    }

    private int elementCount() {
        return switch (shape) {
            case EMPTY -> 0;
            case NULLS -> 1;
            case EXTREMES -> 3;
            case UNKNOWN_TAGS -> 1 + random.nextInt(3);
            case RANDOM -> random.nextInt(4);
        };
    }

    private JsonNode element(JsonNode field) {
        if (SchemaFile.isStruct(field)) {
            return struct(schema.fieldsBelow(field, version));
        }
        String type = SchemaFile.elementType(field);
        return switch (type) {
            case "bool" ->
                BooleanNode.valueOf(shape == Shape.EXTREMES || (shape != Shape.EMPTY && random.nextBoolean()));
            case "int8" -> number(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case "int16" -> number(Short.MIN_VALUE, Short.MAX_VALUE);
            case "uint16" -> number(0, 0xffff);
            case "int32" -> number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int64" -> number(Long.MIN_VALUE, Long.MAX_VALUE);
            case "float64" -> DoubleNode.valueOf(shape == Shape.EMPTY ? 0 : random.nextGaussian());
            case "uuid" -> TextNode.valueOf(uuid().toString());
            case "string" -> TextNode.valueOf(text());
            case "bytes", "records" -> BinaryNode.valueOf(bytes(shape == Shape.EMPTY ? 0 : random.nextInt(20)));
            default -> throw new AssertionError("no values for type " + type);
        };
    }

    private JsonNode number(long min, long max) {
        return switch (shape) {
            case EMPTY -> LongNode.valueOf(0);
            case EXTREMES -> LongNode.valueOf(random.nextBoolean() ? min : max);
            case NULLS, UNKNOWN_TAGS, RANDOM ->
                LongNode.valueOf(oneIn(4) ? Math.max(min, -1) : random.nextLong() & max & 0x7fffffffffffffffL);
        };
    }

    private Uuid uuid() {
        return shape == Shape.EMPTY ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
    }

    private String text() {
        return switch (shape) {
            case EMPTY -> "";
            // Long enough for a compact length of two bytes.
            case EXTREMES -> "x".repeat(200);
            case NULLS, UNKNOWN_TAGS, RANDOM -> TEXTS.get(random.nextInt(TEXTS.size()));
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }
}
