package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fixed sequence of {@code int} in a generated message: an array without boxes that nobody can change. */
@Immutable
public final class Ints {
    public static final Ints EMPTY = new Ints(new int[0]);

    private final int[] values;

    private Ints(int[] ownedValues) {
        this.values = ownedValues;
    }

    public static Ints of(int... values) {
        return values.length == 0 ? EMPTY : new Ints(values.clone());
    }

    static Ints ofOwned(int[] ownedValues) {
        return ownedValues.length == 0 ? EMPTY : new Ints(ownedValues);
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    public int get(int index) {
        return values[index];
    }

    public boolean contains(int value) {
        for (int each : values) {
            if (each == value) {
                return true;
            }
        }
        return false;
    }

    public int[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ints that && Arrays.equals(values, that.values);
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
