package dev.ottla.generator;

import dev.ottla.generator.FieldType.Array;
import dev.ottla.generator.FieldType.Primitive;
import java.util.Set;

/** How one field looks in Java: its type, its default, the question whether it holds something else. Used by every rule. */
record JavaField(Field field, String path) {
    /** What the generated methods call their own variables; a field of the same name steps aside inside of them. */
    private static final Set<String> LOCAL_NAMES =
            Set.of("in", "out", "version", "flexible", "unknownTags", "tags", "field", "list", "items", "count", "i");

    static JavaField of(Struct struct, Field field, MessageSchema message) {
        String owner = message.isRoot(struct) ? "" : "." + struct.name();
        return new JavaField(field, '"' + message.name() + owner + '.' + field.name() + '"');
    }

    String name() {
        return field.name();
    }

    /** The name of the variable that {@code read} fills. */
    String local() {
        return LOCAL_NAMES.contains(name()) ? name() + "Field" : name();
    }

    /** How {@code write} gets at the value. */
    String value() {
        return LOCAL_NAMES.contains(name()) ? "this." + name() : name();
    }

    String declaredType() {
        return field.isNullable() ? "@Nullable " + javaType() : javaType();
    }

    String javaType() {
        return javaType(field.type());
    }

    private static String javaType(FieldType type) {
        if (type instanceof Primitive primitive) {
            return primitive.javaType();
        }
        if (type instanceof FieldType.Struct struct) {
            return struct.name();
        }
        FieldType element = ((Array) type).element();
        if (element instanceof Primitive primitive) {
            return primitive.javaArrayType();
        }
        return "List<" + javaType(element) + ">";
    }

    boolean isList() {
        return javaType().startsWith("List<");
    }

    /** The default as the right side of an assignment. */
    String defaultValue() {
        if (field.defaultsToNull()) {
            return "null";
        }
        FieldType type = field.type();
        if (type instanceof Primitive primitive) {
            return primitiveDefault(primitive);
        }
        if (type instanceof FieldType.Struct struct) {
            return struct.name() + ".DEFAULT";
        }
        return isList() ? "List.of()" : javaType() + ".EMPTY";
    }

    /** The default as an argument, where Java does not narrow a constant by itself. */
    String defaultArgument() {
        boolean narrow = field.type() == Primitive.INT8 || field.type() == Primitive.INT16;
        return narrow ? "(" + javaType() + ") " + defaultValue() : defaultValue();
    }

    private String primitiveDefault(Primitive type) {
        String text = field.defaultText();
        return switch (type) {
            case BOOL -> text.equals("true") ? "true" : "false";
            case INT8, INT16, UINT16, INT32 -> text.isEmpty() ? "0" : Integer.toString(Integer.decode(text));
            case UINT32, INT64 -> text.isEmpty() ? "0L" : Long.decode(text) + "L";
            case FLOAT64 -> text.isEmpty() ? "0.0" : text;
            case UUID -> "Wire.ZERO_UUID";
            case STRING -> '"' + text + '"';
            case BYTES, RECORDS -> "Unpooled.EMPTY_BUFFER";
        };
    }

    /** A condition that holds when the value is not the default. */
    String differsFromDefault() {
        if (field.defaultsToNull()) {
            return value() + " != null";
        }
        if (field.type() instanceof Primitive primitive && primitive.isJavaPrimitive()) {
            return switch (defaultValue()) {
                case "true" -> "!" + value();
                case "false" -> value();
                default -> value() + " != " + defaultValue();
            };
        }
        String differs = objectDiffers();
        return field.isNullable() ? "(" + value() + " == null || " + differs + ")" : differs;
    }

    private String objectDiffers() {
        return switch (defaultValue()) {
            case "Wire.ZERO_UUID" -> "!" + value() + ".equals(Wire.ZERO_UUID)";
            case "Unpooled.EMPTY_BUFFER" -> value() + ".isReadable()";
            default ->
                field.type() instanceof FieldType.Struct || hasTextDefault()
                        ? "!" + value() + ".equals(" + defaultValue() + ")"
                        : "!" + value() + ".isEmpty()";
        };
    }

    private boolean hasTextDefault() {
        return field.type() == Primitive.STRING && !field.defaultText().isEmpty();
    }
}
