package dev.ottla.generator;

import dev.ottla.generator.FieldType.Array;
import dev.ottla.generator.FieldType.Primitive;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code readList} and {@code writeList} of a struct that occurs in arrays. Each struct has its own loop: one shared by all
 * would call through an interface for every element.
 */
final class ListRule {
    private ListRule() {}

    static void emit(JavaWriter java, Struct struct, MessageSchema message) {
        List<Field> uses = Stream.concat(Stream.of(message.root()), message.structs().stream())
                .flatMap(owner -> owner.fields().stream())
                .filter(field -> field.type() instanceof Array
                        && field.type().structName().equals(struct.name()))
                .toList();
        boolean nullable = uses.stream().anyMatch(Field::isNullable);
        boolean notNull =
                uses.stream().anyMatch(field -> !field.nullableVersions().containsAll(field.versions()));
        if (notNull) {
            emitRead(java, struct, message, false);
        }
        if (nullable) {
            emitRead(java, struct, message, true);
        }
        if (!uses.isEmpty() && (nullable || notNull)) {
            emitWrite(java, struct);
        }
        if (nullable) {
            emitWriteNullable(java, struct);
        }
    }

    private static void emitRead(JavaWriter java, Struct struct, MessageSchema message, boolean nullable) {
        String name = struct.name();
        String nullability = nullable ? "@Nullable " : "";
        String prefix = nullable ? "readNullable" : "read";
        java.gap()
                .line("static " + nullability + "List<" + name + "> " + prefix
                        + "List(ByteBuf in, short version, String path) {")
                .line("int count = Wire." + prefix + "Count(in, " + flexible(struct) + ", " + bytesMin(struct, message)
                        + ", path);");
        if (nullable) {
            java.line("if (count < 0) {").line("return null;").line("}");
        }
        java.line(name + "[] items = new " + name + "[count];")
                .line("for (int i = 0; i < count; i++) {")
                .line("items[i] = read(in, version);")
                .line("}")
                .line("return List.of(items);")
                .line("}");
    }

    private static void emitWrite(JavaWriter java, Struct struct) {
        java.gap()
                .line("static void writeList(ByteBuf out, short version, List<" + struct.name() + "> list) {")
                .line("Wire.writeCount(out, list.size(), " + flexible(struct) + ");")
                .line("for (" + struct.name() + " item : list) {")
                .line("item.write(out, version);")
                .line("}")
                .line("}");
    }

    private static void emitWriteNullable(JavaWriter java, Struct struct) {
        java.gap()
                .line("static void writeNullableList(ByteBuf out, short version, @Nullable List<" + struct.name()
                        + "> list) {")
                .line("if (list == null) {")
                .line("Wire.writeNullCount(out, " + flexible(struct) + ");")
                .line("} else {")
                .line("writeList(out, version, list);")
                .line("}")
                .line("}");
    }

    private static String flexible(Struct struct) {
        return struct.flexibleVersions().condition(struct.versions(), "version");
    }

    /** The fewest bytes that an element takes in any version, and 1 at least, so that a claimed count can be refused. */
    static int bytesMin(Struct struct, MessageSchema message) {
        int min = Integer.MAX_VALUE;
        for (int version = struct.versions().lowest();
                version <= struct.versions().highest();
                version++) {
            min = Math.min(min, bytesMin(struct, message, version));
        }
        return Math.max(1, min);
    }

    private static int bytesMin(Struct struct, MessageSchema message, int version) {
        int bytes = struct.flexibleVersions().contains(version) ? 1 : 0;
        for (Field field : struct.untaggedFields()) {
            if (field.versions().contains(version)) {
                bytes += bytesMin(field, message, version);
            }
        }
        return bytes;
    }

    private static int bytesMin(Field field, MessageSchema message, int version) {
        if (field.type() instanceof FieldType.Struct struct) {
            return field.nullableVersions().contains(version)
                    ? 1
                    : bytesMin(message.struct(struct.name()), message, version);
        }
        if (field.type() instanceof Primitive primitive && !primitive.hasLength()) {
            return primitive.fixedBytes();
        }
        if (field.flexibleVersions().contains(version)) {
            return 1;
        }
        return field.type() == Primitive.STRING ? Short.BYTES : Integer.BYTES;
    }
}
