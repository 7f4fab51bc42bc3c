package dev.ottla.generator;

/** What a field holds: one of the protocol's primitive types, a struct, or an array of either. */
sealed interface FieldType {

    /** The primitive types. {@code wireName} completes the names of the read and write methods of {@code Wire}. */
    enum Primitive implements FieldType {
        BOOL("bool", "boolean", "Boolean", 1),
        INT8("int8", "byte", "Byte", 1),
        INT16("int16", "short", "Short", 2),
        UINT16("uint16", "int", "UnsignedShort", 2),
        INT32("int32", "int", "Int", 4),
        UINT32("uint32", "long", "UnsignedInt", 4),
        INT64("int64", "long", "Long", 8),
        FLOAT64("float64", "double", "Double", 8),
        UUID("uuid", "UUID", "Uuid", 16),
        STRING("string", "String", "String", 0),
        BYTES("bytes", "ByteBuf", "Buffer", 0),
        RECORDS("records", "ByteBuf", "Buffer", 0);

        private final String schemaName;
        private final String javaType;
        private final String wireName;
        private final int fixedBytes;

        Primitive(String schemaName, String javaType, String wireName, int fixedBytes) {
            this.schemaName = schemaName;
            this.javaType = javaType;
            this.wireName = wireName;
            this.fixedBytes = fixedBytes;
        }

        String javaType() {
            return javaType;
        }

        String wireName() {
            return wireName;
        }

        /** 0 where the size varies. */
        int fixedBytes() {
            return fixedBytes;
        }

        boolean hasLength() {
            return fixedBytes == 0;
        }

        boolean isJavaPrimitive() {
            return Character.isLowerCase(javaType.charAt(0));
        }

        /** The type of a field that holds many of these; empty where no schema has one so far. */
        String javaArrayType() {
            return switch (this) {
                case INT8 -> "Bytes";
                case INT16 -> "Shorts";
                case INT32 -> "Ints";
                case INT64 -> "Longs";
                case STRING, UUID -> "List<" + javaType + ">";
                case BOOL, UINT16, UINT32, FLOAT64, BYTES, RECORDS -> "";
            };
        }

        static FieldType named(String name) {
            for (Primitive each : values()) {
                if (each.schemaName.equals(name)) {
                    return each;
                }
            }
            throw new GenerationException("unknown field type " + name);
        }
    }

    /** A struct of the same message. */
    record Struct(String name) implements FieldType {}

    /** An array. */
    record Array(FieldType element) implements FieldType {

        public Array {
            if (element instanceof Array
                    || (element instanceof Primitive primitive
                            && primitive.javaArrayType().isEmpty())) {
                throw new GenerationException("arrays of " + element + " are not supported");
            }
        }
    }

    static FieldType parse(String text) {
        if (text.startsWith("[]")) {
            return new Array(parse(text.substring(2)));
        }
        return Character.isUpperCase(text.charAt(0)) ? new Struct(text) : Primitive.named(text);
    }

    /** The struct that this is or that this is an array of; empty name if neither. */
    default String structName() {
        if (this instanceof Array array) {
            return array.element().structName();
        }
        return this instanceof Struct struct ? struct.name() : "";
    }
}
