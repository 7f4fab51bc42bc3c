package dev.ottla.generator;

import java.util.List;

/** The fields of a message, or of a struct inside of one, in the order of the schema. */
record Struct(String name, Versions versions, Versions flexibleVersions, List<Field> fields) {

    Struct {
        fields = List.copyOf(fields);
    }

    /** Whether any version has tagged fields at its end. */
    boolean canBeFlexible() {
        return !flexibleVersions.intersect(versions).isEmpty();
    }

    List<Field> taggedFields() {
        return fields.stream().filter(Field::isTagged).toList();
    }

    List<Field> untaggedFields() {
        return fields.stream().filter(field -> !field.isTagged()).toList();
    }

    /** This struct without what its versions do not have. */
    Struct within(Versions range) {
        return new Struct(
                name,
                range,
                flexibleVersions,
                fields.stream()
                        .map(field -> field.within(range))
                        .filter(field -> !field.versions().isEmpty())
                        .toList());
    }
}
