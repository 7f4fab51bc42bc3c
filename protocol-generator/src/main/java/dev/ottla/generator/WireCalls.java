package dev.ottla.generator;

import dev.ottla.generator.FieldType.Array;
import dev.ottla.generator.FieldType.Primitive;

/** The calls that read or write the value of one field. Used by the rules for reading, writing and tagged fields. */
final class WireCalls {
    private final Struct struct;
    private final MessageSchema message;

    WireCalls(Struct struct, MessageSchema message) {
        this.struct = struct;
        this.message = message;
    }

    /** An expression that reads the field from {@code in} in any version that has it. */
    String read(Field field, String in) {
        String nullable = field.nullableVersions().condition(field.versions(), "version");
        return switch (nullable) {
            case "true" -> read(field, in, true);
            case "false" -> read(field, in, false);
            default -> "(" + nullable + " ? " + read(field, in, true) + " : " + read(field, in, false) + ")";
        };
    }

    private String read(Field field, String in, boolean nullable) {
        String path = JavaField.of(struct, field, message).path();
        String prefix = nullable ? "readNullable" : "read";
        FieldType type = field.type();
        if (type instanceof Primitive primitive) {
            return primitive.hasLength()
                    ? "Wire." + prefix + primitive.wireName() + "(" + in + ", " + flexible(field) + ", " + path + ")"
                    : "Wire." + prefix + primitive.wireName() + "(" + in + ", " + path + ")";
        }
        if (type instanceof FieldType.Struct other) {
            String read = other.name() + ".read(" + in + ", version)";
            return nullable ? "(Wire.readPresence(" + in + ", " + path + ") ? " + read + " : null)" : read;
        }
        if (((Array) type).element() instanceof Primitive element) {
            return "WireArrays." + prefix + plural(element) + "(" + in + ", " + flexible(field) + ", " + path + ")";
        }
        return type.structName() + "." + prefix + "List(" + in + ", version, " + path + ")";
    }

    /** Adds the statements that write the field to {@code out} in any version that has it. */
    void write(JavaWriter java, Field field, String out) {
        JavaField names = JavaField.of(struct, field, message);
        String nullable = field.nullableVersions().condition(field.versions(), "version");
        if (field.isNullable() && !nullable.equals("true")) {
            String lacks = field.nullableVersions().negatedCondition(field.versions(), "version");
            java.line("if (" + names.value() + " == null" + (lacks.equals("true") ? "" : " && " + lacks) + ") {")
                    .line("throw Wire.nullInVersion(" + names.path() + ", version);")
                    .line("}");
        }
        writeValue(java, field, names, out);
    }

    private void writeValue(JavaWriter java, Field field, JavaField names, String out) {
        String prefix = field.isNullable() ? "writeNullable" : "write";
        FieldType type = field.type();
        if (type instanceof Primitive primitive) {
            java.line(writePrimitive(primitive, prefix, field, names, out));
        } else if (type instanceof FieldType.Struct) {
            writeStruct(java, field, names, out);
        } else if (((Array) type).element() instanceof Primitive element) {
            String path = element == Primitive.STRING ? ", " + names.path() : "";
            java.line("WireArrays." + prefix + plural(element) + "(" + out + ", " + names.value() + ", "
                    + flexible(field) + path + ");");
        } else {
            java.line(type.structName() + "." + prefix + "List(" + out + ", version, " + names.value() + ");");
        }
    }

    private String writePrimitive(Primitive primitive, String prefix, Field field, JavaField names, String out) {
        String value = names.value();
        return switch (primitive) {
            case STRING ->
                "Wire." + prefix + "String(" + out + ", " + value + ", " + flexible(field) + ", " + names.path() + ");";
            case BYTES, RECORDS -> "Wire." + prefix + "Buffer(" + out + ", " + value + ", " + flexible(field) + ");";
            case UUID -> "Wire.writeUuid(" + out + ", " + value + ");";
            case UINT16, UINT32 ->
                "Wire.write" + primitive.wireName() + "(" + out + ", " + value + ", " + names.path() + ");";
            default -> out + ".write" + primitive.wireName() + "(" + value + ");";
        };
    }

    private static void writeStruct(JavaWriter java, Field field, JavaField names, String out) {
        String write = names.value() + ".write(" + out + ", version);";
        if (!field.isNullable()) {
            java.line(write);
            return;
        }
        java.line("Wire.writePresence(" + out + ", " + names.value() + " != null);")
                .line("if (" + names.value() + " != null) {")
                .line(write)
                .line("}");
    }

    private String flexible(Field field) {
        if (!field.flexibleVersions().equals(struct.flexibleVersions())) {
            return field.flexibleVersions().condition(struct.versions(), "version");
        }
        String condition = struct.flexibleVersions().condition(struct.versions(), "version");
        return condition.startsWith("version") ? "flexible" : condition;
    }

    private static String plural(Primitive element) {
        return element.wireName() + "s";
    }
}
