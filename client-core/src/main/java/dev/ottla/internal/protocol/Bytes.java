package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fixed sequence of {@code byte} in a generated message: an array without boxes that nobody can change. */
@Immutable
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] values;

    private Bytes(byte[] ownedValues) {
        this.values = ownedValues;
    }

    public static Bytes of(byte... values) {
        return values.length == 0 ? EMPTY : new Bytes(values.clone());
    }

    static Bytes ofOwned(byte[] ownedValues) {
        return ownedValues.length == 0 ? EMPTY : new Bytes(ownedValues);
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    public byte get(int index) {
        return values[index];
    }

    public boolean contains(byte value) {
        for (byte each : values) {
            if (each == value) {
                return true;
            }
        }
        return false;
    }

    public byte[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
