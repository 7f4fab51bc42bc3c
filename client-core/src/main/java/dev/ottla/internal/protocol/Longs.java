package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fixed sequence of {@code long} in a generated message: an array without boxes that nobody can change. */
@Immutable
public final class Longs {
    public static final Longs EMPTY = new Longs(new long[0]);

    private final long[] values;

    private Longs(long[] ownedValues) {
        this.values = ownedValues;
    }

    public static Longs of(long... values) {
        return values.length == 0 ? EMPTY : new Longs(values.clone());
    }

    static Longs ofOwned(long[] ownedValues) {
        return ownedValues.length == 0 ? EMPTY : new Longs(ownedValues);
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    public long get(int index) {
        return values[index];
    }

    public boolean contains(long value) {
        for (long each : values) {
            if (each == value) {
                return true;
            }
        }
        return false;
    }

    public long[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Longs that && Arrays.equals(values, that.values);
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
