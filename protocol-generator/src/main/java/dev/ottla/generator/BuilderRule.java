package dev.ottla.generator;

import java.util.List;
import java.util.stream.Collectors;

/** The builder of a record with many fields, prefilled with the defaults of the schema. */
final class BuilderRule {
    private BuilderRule() {}

    static void emit(JavaWriter java, Struct struct, List<JavaField> fields) {
        java.gap()
                .line("public static Builder builder() {")
                .line("return new Builder();")
                .line("}")
                .gap()
                .line("/** Collects the fields of one {@link " + struct.name()
                        + "}; those not set keep the schema's default. */")
                .line("@Confined")
                .line("public static final class Builder {");
        fields.forEach(field ->
                java.line("private " + field.declaredType() + " " + field.name() + " = " + field.defaultValue() + ";"));
        if (struct.canBeFlexible()) {
            java.line("private TaggedFields unknownTags = TaggedFields.NONE;");
        }
        java.gap().line("private Builder() {}");
        fields.forEach(field -> emitSetter(java, field.declaredType(), field.name()));
        if (struct.canBeFlexible()) {
            emitSetter(java, "TaggedFields", "unknownTags");
        }
        String arguments = fields.stream().map(JavaField::name).collect(Collectors.joining(", "));
        java.gap()
                .line("public " + struct.name() + " build() {")
                .line("return new " + struct.name() + "(" + arguments + (struct.canBeFlexible() ? ", unknownTags" : "")
                        + ");")
                .line("}")
                .line("}");
    }

    private static void emitSetter(JavaWriter java, String type, String name) {
        java.gap()
                .line("public Builder " + name + "(" + type + " " + name + ") {")
                .line("this." + name + " = " + name + ";")
                .line("return this;")
                .line("}");
    }
}
