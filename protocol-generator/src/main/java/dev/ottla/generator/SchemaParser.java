package dev.ottla.generator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ottla.generator.MessageSchema.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one schema file into the model. Step 1 of generating; a parser reads one file. */
final class SchemaParser {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private final JsonNode message;
    private final String name;
    private final Versions flexibleVersions;
    private final Map<String, Struct> declared = new LinkedHashMap<>();
    private final Map<String, Versions> reached = new LinkedHashMap<>();

    private SchemaParser(JsonNode message) {
        this.message = message;
        this.name = message.path("name").asText();
        // Removed APIs have no flexibleVersions at all.
        this.flexibleVersions = versions(message, "flexibleVersions", Versions.NONE);
    }

    static MessageSchema parse(String fileName, String json, String digest) {
        try {
            return new SchemaParser(JSON.readTree(json)).schema(digest);
        } catch (JsonProcessingException | IllegalArgumentException | GenerationException e) {
            throw new GenerationException(fileName + ": " + e.getMessage());
        }
    }

    private MessageSchema schema(String digest) {
        Versions valid = versions(message, "validVersions", Versions.NONE);
        for (JsonNode common : message.path("commonStructs")) {
            declare(common.path("name").asText(), common.path("fields"));
        }
        Struct root = new Struct(name, valid, flexibleVersions, fields(message.path("fields"))).within(valid);
        reach(root);
        List<Struct> structs = new ArrayList<>();
        reached.forEach((structName, range) -> structs.add(declared(structName).within(range)));
        return new MessageSchema(
                name,
                Kind.valueOf(message.path("type").asText().toUpperCase(Locale.ROOT)),
                message.path("apiKey").asInt(-1),
                valid,
                flexibleVersions,
                message.path("latestVersionUnstable").asBoolean(false),
                root,
                structs,
                digest);
    }

    private void declare(String structName, JsonNode fields) {
        Struct struct = new Struct(structName, Versions.NONE, flexibleVersions, fields(fields));
        if (declared.put(structName, struct) != null) {
            throw new GenerationException("struct " + structName + " is declared twice");
        }
    }

    private List<Field> fields(JsonNode nodes) {
        List<Field> fields = new ArrayList<>();
        nodes.forEach(node -> fields.add(field(node)));
        return fields;
    }

    private Field field(JsonNode node) {
        String fieldName = node.path("name").asText();
        FieldType type = FieldType.parse(node.path("type").asText());
        if (node.has("fields")) {
            declare(type.structName(), node.path("fields"));
        }
        Versions versions = versions(node, "versions", Versions.NONE);
        Versions tagged = versions(node, "taggedVersions", Versions.NONE);
        if (!tagged.isEmpty() && !tagged.equals(versions)) {
            throw new GenerationException("field " + fieldName + " is tagged in some of its versions only");
        }
        return new Field(
                Character.toLowerCase(fieldName.charAt(0)) + fieldName.substring(1),
                type,
                versions,
                versions(node, "nullableVersions", Versions.NONE),
                versions(node, "flexibleVersions", flexibleVersions),
                tagged.isEmpty() ? -1 : node.path("tag").asInt(),
                node.path("default").asText(),
                node.path("ignorable").asBoolean(false));
    }

    /** Notes the versions in which each struct below this one occurs: a common struct may be used by several fields. */
    private void reach(Struct struct) {
        for (Field field : struct.fields()) {
            String below = field.type().structName();
            if (!below.isEmpty()) {
                reached.merge(below, field.versions(), Versions::span);
                reach(declared(below).within(field.versions()));
            }
        }
    }

    private Struct declared(String structName) {
        Struct struct = declared.get(structName);
        if (struct == null) {
            throw new GenerationException("struct " + structName + " is declared nowhere");
        }
        return struct;
    }

    private static Versions versions(JsonNode node, String property, Versions absent) {
        return node.has(property) ? Versions.parse(node.path(property).asText()) : absent;
    }
}
