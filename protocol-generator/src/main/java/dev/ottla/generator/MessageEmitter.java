package dev.ottla.generator;

import dev.ottla.generator.MessageSchema.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Writes the source of one message: a record, with the structs inside of it nested one level deep. */
final class MessageEmitter {
    static final String PACKAGE = "dev.ottla.internal.protocol.message";
    private static final String PROTOCOL = "dev.ottla.internal.protocol.";

    /** What a message may refer to by its simple name. */
    private static final Map<String, String> IMPORTS = new TreeMap<>();

    static {
        for (String type : List.of(
                "Bytes",
                "Ints",
                "Longs",
                "Message",
                "RequestMessage",
                "ResponseMessage",
                "Shorts",
                "TaggedFieldReader",
                "TaggedFieldWriter",
                "TaggedFields",
                "Wire",
                "WireArrays")) {
            IMPORTS.put(type, PROTOCOL + type);
        }
        IMPORTS.put("Confined", "dev.ottla.internal.concurrent.Confined");
        IMPORTS.put("Immutable", "dev.ottla.internal.concurrent.Immutable");
        IMPORTS.put("ByteBuf", "io.netty.buffer.ByteBuf");
        IMPORTS.put("Unpooled", "io.netty.buffer.Unpooled");
        IMPORTS.put("List", "java.util.List");
        IMPORTS.put("Nullable", "org.jspecify.annotations.Nullable");
        IMPORTS.put("UUID", "java.util.UUID");
    }

    private final MessageSchema message;
    private final JavaWriter java = new JavaWriter();

    private MessageEmitter(MessageSchema message) {
        this.message = message;
    }

    static String emit(MessageSchema message) {
        return new MessageEmitter(message).source();
    }

    private String source() {
        message.structs().forEach(this::requireFreeName);
        java.line("/** " + description() + " */").line("@Immutable");
        emitRecord(message.root(), interfaces());
        message.structs().forEach(this::emitStruct);
        java.line("}");
        String body = java.toString();
        return header(message.name() + ".json") + "package " + PACKAGE + ";\n\n" + imports(body) + "\n" + body;
    }

    static String header(String origin) {
        return "// Generated from " + origin + " by the protocol-generator module. Changes here are lost.\n";
    }

    private static String imports(String body) {
        StringBuilder imports = new StringBuilder();
        IMPORTS.values().stream()
                .sorted()
                .filter(type -> Pattern.compile("\\b" + type.substring(type.lastIndexOf('.') + 1) + "\\b")
                        .matcher(body)
                        .find())
                .forEach(type -> imports.append("import ").append(type).append(";\n"));
        return imports.toString();
    }

    private String description() {
        String flexible = message.root().canBeFlexible()
                ? ", flexible from " + message.flexibleVersions().lowest()
                : ", never flexible";
        String unstable = message.latestVersionUnstable() ? ", the last one unstable" : "";
        String api = message.apiKey() < 0 ? "" : "API key " + message.apiKey() + ", ";
        return message.name() + ": " + api + "versions " + message.validVersions() + unstable + flexible + ".";
    }

    private String interfaces() {
        return switch (message.kind()) {
            case REQUEST -> " implements RequestMessage<" + message.apiName() + "Response>";
            case RESPONSE -> " implements ResponseMessage";
            case HEADER, DATA -> " implements Message";
        };
    }

    private void emitRecord(Struct struct, String interfaces) {
        List<JavaField> fields = struct.fields().stream()
                .map(field -> JavaField.of(struct, field, message))
                .toList();
        ComponentsRule.emitHead(java, struct, fields, interfaces);
        if (isDefaultNeeded(struct)) {
            ComponentsRule.emitDefault(java, struct, fields);
        }
        ComponentsRule.emitConstructors(java, struct, fields);
        ReadRule.emit(java, struct, message);
        if (message.isRoot(struct) && message.kind() == Kind.REQUEST) {
            emitRequestMethods();
        }
        WriteRule.emit(java, struct, message);
        if (!message.isRoot(struct)) {
            ListRule.emit(java, struct, message);
        }
        if (fields.size() > ComponentsRule.POSITIONAL_MAX) {
            BuilderRule.emit(java, struct, fields);
        }
    }

    private void emitRequestMethods() {
        String response = message.apiName() + "Response";
        java.gap()
                .line("@Override")
                .line("public ApiKey apiKey() {")
                .line("return ApiKey." + ApiKeyEmitter.constant(message) + ";")
                .line("}")
                .gap()
                .line("@Override")
                .line("public " + response + " readResponse(ByteBuf in, short version) {")
                .line("return Wire.readToEnd(in, version, \"" + response + "\", " + response + "::read);")
                .line("}");
    }

    private void emitStruct(Struct struct) {
        java.gap()
                .line("/** In versions " + struct.versions() + " of {@link " + message.name() + "}. */")
                .line("@Immutable");
        emitRecord(struct, "");
        java.line("}");
    }

    /** Only a struct that a message holds by itself, not in an array and not null, needs a default instance. */
    private boolean isDefaultNeeded(Struct struct) {
        return message.structs().stream()
                        .anyMatch(owner -> owner.fields().stream().anyMatch(field -> defaultsTo(field, struct)))
                || message.root().fields().stream().anyMatch(field -> defaultsTo(field, struct));
    }

    private static boolean defaultsTo(Field field, Struct struct) {
        return !field.defaultsToNull()
                && field.type() instanceof FieldType.Struct type
                && type.name().equals(struct.name());
    }

    private void requireFreeName(Struct struct) {
        String name = struct.name();
        if (IMPORTS.containsKey(name)
                || name.equals("Builder")
                || name.equals("ApiKey")
                || name.equals(message.name())) {
            throw new GenerationException(message.name() + ": the struct name " + name + " is taken");
        }
    }
}
