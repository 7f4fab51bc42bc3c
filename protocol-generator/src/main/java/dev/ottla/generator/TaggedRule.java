package dev.ottla.generator;

import java.util.List;

/** The tagged fields at the end of a flexible struct (KIP-482): those that the schema knows, and the others as bytes. */
final class TaggedRule {
    private TaggedRule() {}

    static void emitRead(JavaWriter java, Struct struct, MessageSchema message) {
        if (!struct.canBeFlexible()) {
            return;
        }
        String flexible = flexible(struct);
        String name = '"' + message.name() + (message.isRoot(struct) ? "" : "." + struct.name()) + '"';
        if (struct.taggedFields().isEmpty()) {
            String read = "TaggedFields.read(in, " + name + ")";
            java.line("TaggedFields unknownTags = "
                    + (flexible.equals("true") ? read : flexible + " ? " + read + " : TaggedFields.NONE") + ";");
            return;
        }
        for (Field field : struct.taggedFields()) {
            JavaField names = JavaField.of(struct, field, message);
            java.line(names.javaType() + " " + names.local() + " = " + names.defaultValue() + ";");
        }
        java.line("TaggedFields unknownTags = TaggedFields.NONE;");
        boolean always = flexible.equals("true");
        if (!always) {
            java.line("if (" + flexible + ") {");
        }
        java.line("TaggedFieldReader tags = new TaggedFieldReader(in, " + name + ");")
                .line("while (tags.next()) {")
                .line("switch (tags.tag()) {");
        struct.taggedFields().forEach(field -> emitCase(java, struct, field, message));
        java.line("default -> tags.keepUnknown();").line("}").line("}").line("unknownTags = tags.unknown();");
        if (!always) {
            java.line("}");
        }
    }

    private static void emitCase(JavaWriter java, Struct struct, Field field, MessageSchema message) {
        String read = JavaField.of(struct, field, message).local() + " = "
                + new WireCalls(struct, message).read(field, "tags.field()") + ";";
        String has = hasTag(struct, field);
        if (has.equals("true")) {
            java.line("case " + field.tag() + " -> " + read);
            return;
        }
        java.line("case " + field.tag() + " -> {")
                .line("if (" + has + ") {")
                .line(read)
                .line("} else {")
                .line("tags.keepUnknown();")
                .line("}")
                .line("}");
    }

    static void emitWrite(JavaWriter java, Struct struct, MessageSchema message) {
        if (!struct.canBeFlexible()) {
            return;
        }
        List<Field> tagged = struct.taggedFields();
        if (tagged.isEmpty()) {
            java.line("unknownTags.write(out, " + flexible(struct) + ");");
            return;
        }
        tagged.stream().filter(field -> !field.ignorable()).forEach(field -> emitRefusal(java, struct, field, message));
        boolean always = flexible(struct).equals("true");
        if (!always) {
            java.line("if (!flexible) {")
                    .line("unknownTags.write(out, false);")
                    .line("return;")
                    .line("}");
        }
        java.line("TaggedFieldWriter tags = new TaggedFieldWriter(unknownTags);");
        tagged.forEach(field -> emitWrite(java, struct, field, message));
        java.line("tags.writeTo(out);");
    }

    private static void emitRefusal(JavaWriter java, Struct struct, Field field, MessageSchema message) {
        if (field.versions().containsAll(struct.versions())) {
            return;
        }
        JavaField names = JavaField.of(struct, field, message);
        String lacks = field.versions().negatedCondition(struct.versions(), "version");
        java.line("if (" + lacks + " && " + names.differsFromDefault() + ") {")
                .line("throw Wire.notInVersion(" + names.path() + ", version);")
                .line("}");
    }

    private static void emitWrite(JavaWriter java, Struct struct, Field field, MessageSchema message) {
        String differs = JavaField.of(struct, field, message).differsFromDefault();
        String has = hasTag(struct, field);
        java.line("if (" + (has.equals("true") ? differs : has + " && " + differs) + ") {")
                .line("ByteBuf field = tags.field(" + field.tag() + ");");
        new WireCalls(struct, message).write(java, field, "field");
        java.line("}");
    }

    /** The condition for a tagged field, given that the version is flexible. */
    private static String hasTag(Struct struct, Field field) {
        return field.versions().condition(struct.versions().intersect(struct.flexibleVersions()), "version");
    }

    private static String flexible(Struct struct) {
        String condition = struct.flexibleVersions().condition(struct.versions(), "version");
        return condition.startsWith("version") ? "flexible" : condition;
    }
}
