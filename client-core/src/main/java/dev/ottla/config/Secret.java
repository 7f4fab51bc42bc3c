package dev.ottla.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A password, key or token that is never shown: {@link #toString()} and every message print a mask. Immutable.
 */
public final class Secret {
    static final String MASK = "[hidden]";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Hides this text. */
    public static Secret of(String value) {
        return new Secret(Objects.requireNonNull(value, "value"));
    }

    /** The text itself. Whoever asks for it takes care that it is not logged. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** The mask, whatever the text is. */
    @Override
    public String toString() {
        return MASK;
    }
}
