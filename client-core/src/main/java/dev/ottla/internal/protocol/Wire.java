package dev.ottla.internal.protocol;

import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.Immutable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's primitive types, read and written one by one. Called by the generated messages on the connection's loop.
 * Every read borrows the buffer, checks what is readable before it allocates, and names the field when it fails.
 *
 * <p>{@code flexible} picks the compact forms of KIP-482: lengths as unsigned varints, one more than the length, 0 for null;
 * otherwise a length is a fixed-size number, -1 for null.
 */
@Immutable
public final class Wire {
    /** What the protocol sends where there is no id. */
    public static final UUID ZERO_UUID = new UUID(0, 0);

    private static final int NULL_LENGTH = -1;
    private static final int STRING_BYTES_MAX = Short.MAX_VALUE;
    private static final int UNSIGNED_SHORT_MAX = 0xffff;
    private static final long UNSIGNED_INT_MAX = 0xffffffffL;
    private static final char REPLACEMENT_CHARACTER = '\uFFFD';

    private Wire() {}

    /**
     * Reads a message that must fill the buffer to its end. A frame carries exactly one message, so bytes left over mean
     * that its version was not the one that was asked for, and nothing in it can be trusted. The messages' own {@code
     * read} does not look at what follows, because the data schemas must allow it: a group member on a newer protocol
     * version appends fields to its subscription that older members skip.
     */
    public static <T> T readToEnd(ByteBuf in, short version, String message, MessageReader<T> reader) {
        T result = reader.read(in, version);
        if (in.isReadable()) {
            throw new MalformedMessageException(
                    message + " version " + version + ": " + in.readableBytes() + " bytes follow its end");
        }
        return result;
    }

    public static boolean readBoolean(ByteBuf in, String field) {
        return readByte(in, field) != 0;
    }

    public static byte readByte(ByteBuf in, String field) {
        requireReadable(in, Byte.BYTES, field);
        return in.readByte();
    }

    public static short readShort(ByteBuf in, String field) {
        requireReadable(in, Short.BYTES, field);
        return in.readShort();
    }

    public static int readUnsignedShort(ByteBuf in, String field) {
        requireReadable(in, Short.BYTES, field);
        return in.readUnsignedShort();
    }

    public static int readInt(ByteBuf in, String field) {
        requireReadable(in, Integer.BYTES, field);
        return in.readInt();
    }

    public static long readUnsignedInt(ByteBuf in, String field) {
        requireReadable(in, Integer.BYTES, field);
        return in.readUnsignedInt();
    }

    public static long readLong(ByteBuf in, String field) {
        requireReadable(in, Long.BYTES, field);
        return in.readLong();
    }

    public static double readDouble(ByteBuf in, String field) {
        requireReadable(in, Double.BYTES, field);
        return in.readDouble();
    }

    public static UUID readUuid(ByteBuf in, String field) {
        requireReadable(in, 2 * Long.BYTES, field);
        long mostSignificant = in.readLong();
        return new UUID(mostSignificant, in.readLong());
    }

    public static void writeUnsignedShort(ByteBuf out, int value, String field) {
        if (value < 0 || value > UNSIGNED_SHORT_MAX) {
            throw new IllegalArgumentException(field + ": " + value + " is not within 0 to " + UNSIGNED_SHORT_MAX);
        }
        out.writeShort(value);
    }

    public static void writeUnsignedInt(ByteBuf out, long value, String field) {
        if (value < 0 || value > UNSIGNED_INT_MAX) {
            throw new IllegalArgumentException(field + ": " + value + " is not within 0 to " + UNSIGNED_INT_MAX);
        }
        out.writeInt((int) value);
    }

    public static void writeUuid(ByteBuf out, UUID value) {
        out.writeLong(value.getMostSignificantBits());
        out.writeLong(value.getLeastSignificantBits());
    }

    public static String readString(ByteBuf in, boolean flexible, String field) {
        return requireNonNull(readNullableString(in, flexible, field), field);
    }

    /** Null or a string of at most 32,767 bytes of valid UTF-8. */
    public static @Nullable String readNullableString(ByteBuf in, boolean flexible, String field) {
        int length = flexible ? readCompactLength(in, field) : readShort(in, field);
        if (length == NULL_LENGTH) {
            return null;
        }
        if (length > STRING_BYTES_MAX) {
            throw new MalformedMessageException(
                    field + ": a string of " + length + " bytes, where at most " + STRING_BYTES_MAX + " are allowed");
        }
        requireLength(in, length, field);
        int start = in.readerIndex();
        String value = in.toString(start, length, StandardCharsets.UTF_8);
        // The decoder puts this character in place of bytes that are no UTF-8; looking for it is free in a Latin-1
        // string.
        if (value.indexOf(REPLACEMENT_CHARACTER) >= 0
                && !ByteBufUtil.isText(in, start, length, StandardCharsets.UTF_8)) {
            throw new MalformedMessageException(field + ": a string of " + length + " bytes that are not UTF-8");
        }
        in.readerIndex(start + length);
        return value;
    }

    public static void writeString(ByteBuf out, String value, boolean flexible, String field) {
        int length = ByteBufUtil.utf8Bytes(value);
        if (length > STRING_BYTES_MAX) {
            throw new IllegalArgumentException(field + ": a string of " + length + " bytes in UTF-8, where at most "
                    + STRING_BYTES_MAX + " are allowed");
        }
        if (flexible) {
            Varints.writeUnsigned(out, length + 1);
        } else {
            out.writeShort(length);
        }
        ByteBufUtil.reserveAndWriteUtf8(out, value, length);
    }

    public static void writeNullableString(ByteBuf out, @Nullable String value, boolean flexible, String field) {
        if (value != null) {
            writeString(out, value, flexible, field);
        } else if (flexible) {
            out.writeByte(0);
        } else {
            out.writeShort(NULL_LENGTH);
        }
    }

    public static ByteBuf readBuffer(ByteBuf in, boolean flexible, String field) {
        return requireNonNull(readNullableBuffer(in, flexible, field), field);
    }

    /** Null or a plain slice: it shares the bytes of the frame and lives only as long as whoever owns the frame keeps it. */
    public static @Nullable ByteBuf readNullableBuffer(ByteBuf in, boolean flexible, String field) {
        int length = flexible ? readCompactLength(in, field) : readInt(in, field);
        if (length == NULL_LENGTH) {
            return null;
        }
        requireLength(in, length, field);
        return in.readSlice(length);
    }

    /** Copies the readable bytes of {@code value} and leaves its reader index where it is. */
    public static void writeBuffer(ByteBuf out, ByteBuf value, boolean flexible) {
        int length = value.readableBytes();
        writeCount(out, length, flexible);
        out.writeBytes(value, value.readerIndex(), length);
    }

    public static void writeNullableBuffer(ByteBuf out, @Nullable ByteBuf value, boolean flexible) {
        if (value == null) {
            writeNullCount(out, flexible);
        } else {
            writeBuffer(out, value, flexible);
        }
    }

    /** The number of elements of an array, no more than the readable bytes can hold, so safe to allocate for. */
    public static int readCount(ByteBuf in, boolean flexible, int elementBytesMin, String field) {
        int count = readNullableCount(in, flexible, elementBytesMin, field);
        if (count == NULL_LENGTH) {
            throw nullNotAllowed(field);
        }
        return count;
    }

    /** As {@link #readCount}, or -1 for null. */
    public static int readNullableCount(ByteBuf in, boolean flexible, int elementBytesMin, String field) {
        int count = flexible ? readCompactLength(in, field) : readInt(in, field);
        if (count < NULL_LENGTH || count > in.readableBytes() / elementBytesMin) {
            throw new MalformedMessageException(field + ": an array of " + count + " elements of at least "
                    + elementBytesMin + " bytes, where only " + in.readableBytes() + " bytes are left");
        }
        return count;
    }

    public static void writeCount(ByteBuf out, int count, boolean flexible) {
        if (flexible) {
            Varints.writeUnsigned(out, count + 1);
        } else {
            out.writeInt(count);
        }
    }

    public static void writeNullCount(ByteBuf out, boolean flexible) {
        if (flexible) {
            out.writeByte(0);
        } else {
            out.writeInt(NULL_LENGTH);
        }
    }

    /** Whether a nullable struct follows. The protocol marks one with a byte: negative for null. */
    public static boolean readPresence(ByteBuf in, String field) {
        return readByte(in, field) >= 0;
    }

    public static void writePresence(ByteBuf out, boolean present) {
        out.writeByte(present ? 1 : -1);
    }

    public static <T> T requireNonNull(@Nullable T value, String field) {
        if (value == null) {
            throw nullNotAllowed(field);
        }
        return value;
    }

    /** For a field that holds a value in a message to be written in a version without that field. */
    public static IllegalArgumentException notInVersion(String field, short version) {
        return new IllegalArgumentException(field + " holds a value, but version " + version + " has no such field");
    }

    /** For a field that is null in a message to be written in a version that does not allow it. */
    public static IllegalArgumentException nullInVersion(String field, short version) {
        return new IllegalArgumentException(field + " is null, which version " + version + " does not allow");
    }

    static void requireReadable(ByteBuf in, int bytes, String field) {
        if (in.readableBytes() < bytes) {
            throw tooFewBytes(in, bytes, field);
        }
    }

    private static void requireLength(ByteBuf in, int length, String field) {
        if (length < 0 || length > in.readableBytes()) {
            throw tooFewBytes(in, length, field);
        }
    }

    private static int readCompactLength(ByteBuf in, String field) {
        int lengthPlusOne = Varints.readUnsigned(in, field);
        if (lengthPlusOne < 0) {
            throw new MalformedMessageException(
                    field + ": a length of " + (Integer.toUnsignedLong(lengthPlusOne) - 1) + " is out of range");
        }
        return lengthPlusOne - 1;
    }

    private static MalformedMessageException tooFewBytes(ByteBuf in, int claimed, String field) {
        return new MalformedMessageException(
                field + ": " + claimed + " bytes expected, " + in.readableBytes() + " are left");
    }

    private static MalformedMessageException nullNotAllowed(String field) {
        return new MalformedMessageException(field + ": null where the version does not allow it");
    }
}
