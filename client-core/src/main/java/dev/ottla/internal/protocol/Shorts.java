package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fixed sequence of {@code short} in a generated message: an array without boxes that nobody can change. */
@Immutable
public final class Shorts {
    public static final Shorts EMPTY = new Shorts(new short[0]);

    private final short[] values;

    private Shorts(short[] ownedValues) {
        this.values = ownedValues;
    }

    public static Shorts of(short... values) {
        return values.length == 0 ? EMPTY : new Shorts(values.clone());
    }

    static Shorts ofOwned(short[] ownedValues) {
        return ownedValues.length == 0 ? EMPTY : new Shorts(ownedValues);
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    public short get(int index) {
        return values[index];
    }

    public boolean contains(short value) {
        for (short each : values) {
            if (each == value) {
                return true;
            }
        }
        return false;
    }

    public short[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shorts that && Arrays.equals(values, that.values);
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
