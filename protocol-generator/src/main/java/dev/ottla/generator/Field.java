package dev.ottla.generator;

/**
 * A field of a struct, its ranges cut to the versions in which the struct exists.
 *
 * @param name as the schema has it, first letter lowered
 * @param tag -1 if the field is not tagged
 * @param defaultText as the schema has it; empty for the default of the type
 * @param flexibleVersions where lengths are compact; differs from the message's only in the request header
 */
record Field(
        String name,
        FieldType type,
        Versions versions,
        Versions nullableVersions,
        Versions flexibleVersions,
        int tag,
        String defaultText,
        boolean ignorable) {

    boolean isTagged() {
        return tag >= 0;
    }

    boolean defaultsToNull() {
        return defaultText.equals("null");
    }

    boolean isNullable() {
        return defaultsToNull() || !nullableVersions.isEmpty();
    }

    Field within(Versions range) {
        return new Field(
                name,
                type,
                versions.intersect(range),
                nullableVersions.intersect(versions).intersect(range),
                flexibleVersions,
                tag,
                defaultText,
                ignorable);
    }
}
