package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tagged fields (KIP-482) of one struct that its schema does not know, as bytes in the order of their tags, so that
 * writing the struct again loses nothing. Part of every flexible generated message; any thread may read it.
 */
@Immutable
public final class TaggedFields {
    /** No fields, as in nearly every message. */
    public static final TaggedFields NONE = new TaggedFields(new int[0], new byte[0][]);

    private final int[] tags;
    private final byte[][] values;

    private TaggedFields(int[] ownedTags, byte[][] ownedValues) {
        this.tags = ownedTags;
        this.values = ownedValues;
    }

    /** Reads all tagged fields of a struct that knows none. */
    public static TaggedFields read(ByteBuf in, String struct) {
        TaggedFieldReader fields = new TaggedFieldReader(in, struct);
        while (fields.next()) {
            fields.keepUnknown();
        }
        return fields.unknown();
    }

    /** Writes all fields in a flexible version, nothing in another one, which has no place for them. */
    public void write(ByteBuf out, boolean flexible) {
        if (!flexible) {
            requireNone();
            return;
        }
        Varints.writeUnsigned(out, tags.length);
        for (int i = 0; i < tags.length; i++) {
            Varints.writeUnsigned(out, tags[i]);
            Varints.writeUnsigned(out, values[i].length);
            out.writeBytes(values[i]);
        }
    }

    /** These fields and one more. */
    public TaggedFields with(int tag, byte[] value) {
        return withOwned(tag, value.clone());
    }

    /** A copy of the bytes of a field; null if there is none with this tag. */
    public byte @Nullable [] get(int tag) {
        int at = Arrays.binarySearch(tags, tag);
        return at < 0 ? null : values[at].clone();
    }

    public int size() {
        return tags.length;
    }

    public boolean isEmpty() {
        return tags.length == 0;
    }

    static TaggedFields ofAscending(int[] ownedTags, byte[][] ownedValues) {
        return ownedTags.length == 0 ? NONE : new TaggedFields(ownedTags, ownedValues);
    }

    TaggedFields withOwned(int tag, byte[] ownedValue) {
        int at = Arrays.binarySearch(tags, tag);
        if (tag < 0 || at >= 0) {
            throw new IllegalArgumentException("tag " + tag + (tag < 0 ? " is negative" : " is set already"));
        }
        int insertAt = -at - 1;
        int[] newTags = Arrays.copyOf(tags, tags.length + 1);
        byte[][] newValues = Arrays.copyOf(values, values.length + 1);
        System.arraycopy(tags, insertAt, newTags, insertAt + 1, tags.length - insertAt);
        System.arraycopy(values, insertAt, newValues, insertAt + 1, values.length - insertAt);
        newTags[insertAt] = tag;
        newValues[insertAt] = ownedValue;
        return new TaggedFields(newTags, newValues);
    }

    private void requireNone() {
        if (tags.length > 0) {
            throw new IllegalArgumentException("tagged fields " + this + " are set, but the version has none");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaggedFields that
                && Arrays.equals(tags, that.tags)
                && Arrays.deepEquals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(tags) + Arrays.deepHashCode(values);
    }

    /** The tags only: what the bytes mean is unknown. */
    @Override
    public String toString() {
        return Arrays.toString(tags);
    }
}
