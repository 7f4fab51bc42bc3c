package dev.ottla.common;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named value that travels beside a record (KIP-82). Immutable as long as nobody writes to the value: the array is not
 * copied, neither on the way in nor on the way out.
 *
 * @param key the name, never null; may be empty, and may occur several times in one record
 * @param value the bytes, or null
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, and a copy per header would cost more than it saves
public record Header(String key, byte @Nullable [] value) {

    /** Checks that there is a key. */
    public Header {
        Objects.requireNonNull(key, "key");
    }

    /** Headers are equal if their keys and the bytes of their values are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Header that && key.equals(that.key) && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(value);
    }

    /** The key and the length of the value; never the value, which may be a secret. */
    @Override
    public String toString() {
        return "Header[" + key + "=" + (value == null ? "null" : value.length + " bytes") + "]";
    }
}
