package dev.ottla.generator;

import java.util.List;
import java.util.stream.Collectors;

/** The head of a record: its components, the canonical constructor and, for few fields, one without unknown tags. */
final class ComponentsRule {
    static final int POSITIONAL_MAX = 4;
    private static final String UNKNOWN_TAGS = "TaggedFields unknownTags";

    private ComponentsRule() {}

    static void emitHead(JavaWriter java, Struct struct, List<JavaField> fields, String interfaces) {
        List<String> components = fields.stream()
                .map(field -> field.declaredType() + " " + field.name())
                .collect(Collectors.toList());
        if (struct.canBeFlexible()) {
            components.add(UNKNOWN_TAGS);
        }
        String end = ")" + interfaces + " {";
        if (components.isEmpty()) {
            java.line("public record " + struct.name() + "(" + end);
        } else {
            java.line("public record " + struct.name() + "(");
            components.subList(0, components.size() - 1).forEach(component -> java.continued(component + ","));
            java.continued(components.get(components.size() - 1) + end);
        }
    }

    static void emitConstructors(JavaWriter java, Struct struct, List<JavaField> fields) {
        List<JavaField> lists = fields.stream().filter(JavaField::isList).toList();
        if (!lists.isEmpty()) {
            java.gap().line("public " + struct.name() + " {");
            lists.forEach(list -> java.line(list.name() + " = " + copy(list) + ";"));
            java.line("}");
        }
        if (struct.canBeFlexible() && fields.size() <= POSITIONAL_MAX) {
            String parameters = fields.stream()
                    .map(field -> field.declaredType() + " " + field.name())
                    .collect(Collectors.joining(", "));
            String arguments = fields.stream().map(field -> field.name() + ", ").collect(Collectors.joining());
            java.gap()
                    .line("public " + struct.name() + "(" + parameters + ") {")
                    .line("this(" + arguments + "TaggedFields.NONE);")
                    .line("}");
        }
    }

    private static String copy(JavaField list) {
        String copy = "List.copyOf(" + list.name() + ")";
        return list.field().isNullable() ? list.name() + " == null ? null : " + copy : copy;
    }

    /** The constant that stands for a struct which a version does not have. */
    static void emitDefault(JavaWriter java, Struct struct, List<JavaField> fields) {
        List<String> arguments = fields.stream().map(JavaField::defaultArgument).collect(Collectors.toList());
        if (struct.canBeFlexible()) {
            arguments.add("TaggedFields.NONE");
        }
        java.gap()
                .line("public static final " + struct.name() + " DEFAULT = new " + struct.name() + "("
                        + String.join(", ", arguments) + ");");
    }
}
