package dev.ottla.internal.protocol.message;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A schema as the tests see it: read from kafka-clients afresh, so that the generator's own parser proves nothing here. */
final class SchemaFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private final JsonNode message;

    private SchemaFile(JsonNode message) {
        this.message = message;
    }

    static SchemaFile of(String name) {
        String resource = "/common/message/" + name + ".json";
        try (InputStream in = SchemaFile.class.getResourceAsStream(resource)) {
            return new SchemaFile(JSON.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    String name() {
        return message.path("name").asText();
    }

    boolean hasApi() {
        return message.has("apiKey");
    }

    boolean isHeader() {
        return message.path("type").asText().equals("header");
    }

    boolean isFlexible(int version) {
        return contains(message, "flexibleVersions", version);
    }

    /** The fields of the message that this version has. */
    List<JsonNode> fields(int version) {
        return fieldsOf(message.path("fields"), version);
    }

    /** The fields that this version has, of the struct that the field holds. */
    List<JsonNode> fieldsBelow(JsonNode field, int version) {
        return fieldsOf(elementType(field), version);
    }

    /** The fields that this version has, of a struct, or of the message itself if the struct has its name. */
    List<JsonNode> fieldsOf(String struct, int version) {
        return fieldsOf(declarationOf(struct), version);
    }

    /** The field of a struct, or of the message itself if the struct has its name. */
    JsonNode field(String struct, String name) {
        for (JsonNode field : declarationOf(struct)) {
            if (fieldName(field).equals(name)) {
                return field;
            }
        }
        throw new AssertionError(struct + " has no field " + name);
    }

    private static List<JsonNode> fieldsOf(JsonNode fields, int version) {
        List<JsonNode> present = new ArrayList<>();
        fields.forEach(field -> {
            if (contains(field, "versions", version)) {
                present.add(field);
            }
        });
        return present;
    }

    private JsonNode declarationOf(String struct) {
        if (struct.equals(name())) {
            return message.path("fields");
        }
        for (JsonNode common : message.path("commonStructs")) {
            if (common.path("name").asText().equals(struct)) {
                return common.path("fields");
            }
        }
        return inlineDeclaration(message.path("fields"), struct);
    }

    private static JsonNode inlineDeclaration(JsonNode fields, String struct) {
        for (JsonNode field : fields) {
            if (elementType(field).equals(struct) && field.has("fields")) {
                return field.path("fields");
            }
            JsonNode below = inlineDeclaration(field.path("fields"), struct);
            if (!below.isMissingNode()) {
                return below;
            }
        }
        return MissingNode.getInstance();
    }

    static String fieldName(JsonNode field) {
        String name = field.path("name").asText();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    static boolean isArray(JsonNode field) {
        return field.path("type").asText().startsWith("[]");
    }

    static String elementType(JsonNode field) {
        String type = field.path("type").asText();
        return type.startsWith("[]") ? type.substring(2) : type;
    }

    static boolean isStruct(JsonNode field) {
        return Character.isUpperCase(elementType(field).charAt(0));
    }

    static boolean isTagged(JsonNode field) {
        return field.has("tag");
    }

    static boolean isNullable(JsonNode field, int version) {
        return contains(field, "nullableVersions", version);
    }

    private static boolean contains(JsonNode node, String property, int version) {
        String range = node.path(property).asText("none");
        if (range.equals("none") || range.isEmpty()) {
            return false;
        }
        if (range.endsWith("+")) {
            return version >= Integer.parseInt(range.substring(0, range.length() - 1));
        }
        String[] ends = range.split("-", 2);
        return version >= Integer.parseInt(ends[0]) && version <= Integer.parseInt(ends[ends.length - 1]);
    }
}
