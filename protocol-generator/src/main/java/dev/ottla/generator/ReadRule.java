package dev.ottla.generator;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code read}: one pass over the untagged fields, then the tagged ones. */
final class ReadRule {
    private ReadRule() {}

    static void emit(JavaWriter java, Struct struct, MessageSchema message) {
        WireCalls calls = new WireCalls(struct, message);
        String visibility = message.isRoot(struct) ? "public " : "";
        java.gap().line(visibility + "static " + struct.name() + " read(ByteBuf in, short version) {");
        emitFlexible(java, struct);
        for (Field field : struct.untaggedFields()) {
            JavaField names = JavaField.of(struct, field, message);
            String has = field.versions().condition(struct.versions(), "version");
            String read = calls.read(field, "in");
            java.line(names.javaType() + " " + names.local() + " = "
                    + (has.equals("true") ? read : has + " ? " + read + " : " + names.defaultValue()) + ";");
        }
        TaggedRule.emitRead(java, struct, message);
        java.line("return new " + struct.name() + "(" + arguments(struct, message) + ");")
                .line("}");
    }

    /** The variable that tells whether this version is flexible, where that differs between the struct's versions. */
    static void emitFlexible(JavaWriter java, Struct struct) {
        String condition = struct.flexibleVersions().condition(struct.versions(), "version");
        if (condition.startsWith("version")) {
            java.line("boolean flexible = " + condition + ";");
        }
    }

    private static String arguments(Struct struct, MessageSchema message) {
        Stream<String> fields = struct.fields().stream()
                .map(field -> JavaField.of(struct, field, message).local());
        List<String> tags = struct.canBeFlexible() ? List.of("unknownTags") : List.of();
        return Stream.concat(fields, tags.stream()).collect(Collectors.joining(", "));
    }
}
