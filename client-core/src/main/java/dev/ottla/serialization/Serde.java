package dev.ottla.serialization;

import java.util.Objects;

/**
 * A serializer and a deserializer that belong together. Immutable and, as its parts must be, thread-safe.
 *
 * @param <T> what is written and read
 * @param serializer writes it
 * @param deserializer reads it
 */
public record Serde<T>(Serializer<T> serializer, Deserializer<T> deserializer) {

    /** Neither part may be null. */
    public Serde {
        Objects.requireNonNull(serializer, "serializer");
        Objects.requireNonNull(deserializer, "deserializer");
    }
}
