package dev.ottla.internal.protocol;

import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Steps through the tagged fields at the end of a flexible struct (KIP-482). Used by the generated {@code read} of a struct
 * within one call: {@link #next}, then either {@link #field} or {@link #keepUnknown}.
 */
@Confined
public final class TaggedFieldReader {
    private static final int ENTRY_BYTES_MIN = 2;
    private static final int[] NO_TAGS = {};
    private static final byte[][] NO_VALUES = {};

    private final ByteBuf in;
    private final String struct;
    private int remaining;
    private int tag = -1;
    private ByteBuf field = Unpooled.EMPTY_BUFFER;
    private int[] unknownTags = NO_TAGS;
    private byte[][] unknownValues = NO_VALUES;
    private int unknownCount;

    /** Borrows the buffer until the last field is read. */
    public TaggedFieldReader(ByteBuf in, String struct) {
        this.in = in;
        this.struct = struct;
        this.remaining = Varints.readUnsigned(in, struct);
        if (remaining < 0 || remaining > in.readableBytes() / ENTRY_BYTES_MIN) {
            throw new MalformedMessageException(struct + ": " + Integer.toUnsignedLong(remaining)
                    + " tagged fields, where only " + in.readableBytes() + " bytes are left");
        }
    }

    /**
     * Moves to the next field, if there is one. Tags must ascend, and a field must be as long as it said: whatever breaks
     * either rule was not written by this protocol.
     */
    public boolean next() {
        if (field.isReadable()) {
            throw new MalformedMessageException(
                    struct + ": " + field.readableBytes() + " bytes follow the end of tagged field " + tag);
        }
        if (remaining == 0) {
            return false;
        }
        remaining--;
        int nextTag = Varints.readUnsigned(in, struct);
        if (nextTag <= tag) {
            throw new MalformedMessageException(struct + ": tagged field " + Integer.toUnsignedLong(nextTag)
                    + " out of order" + (tag < 0 ? "" : " after " + tag));
        }
        tag = nextTag;
        int length = Varints.readUnsigned(in, struct);
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedMessageException(struct + ": tagged field " + tag + " of "
                    + Integer.toUnsignedLong(length) + " bytes, where " + in.readableBytes() + " are left");
        }
        field = in.readSlice(length);
        return true;
    }

    public int tag() {
        return tag;
    }

    /** The bytes of this field and nothing else. */
    public ByteBuf field() {
        return field;
    }

    /** Copies this field, whose tag the struct does not know. */
    public void keepUnknown() {
        if (unknownCount == unknownTags.length) {
            int capacity = Math.max(1, 2 * unknownCount);
            unknownTags = Arrays.copyOf(unknownTags, capacity);
            unknownValues = Arrays.copyOf(unknownValues, capacity);
        }
        unknownTags[unknownCount] = tag;
        unknownValues[unknownCount++] = ByteBufUtil.getBytes(field);
        field = Unpooled.EMPTY_BUFFER;
    }

    public TaggedFields unknown() {
        if (unknownCount == 0) {
            return TaggedFields.NONE;
        }
        return TaggedFields.ofAscending(
                Arrays.copyOf(unknownTags, unknownCount), Arrays.copyOf(unknownValues, unknownCount));
    }
}
