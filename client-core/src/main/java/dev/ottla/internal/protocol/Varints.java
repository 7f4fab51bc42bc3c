package dev.ottla.internal.protocol;

import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.Immutable;
import io.netty.buffer.ByteBuf;

/**
 * Numbers of 1 to 5 (int) or 10 (long) bytes, seven bits in each, least significant first. Unsigned ones count and tag
 * in flexible messages (KIP-482); signed ones are zigzag-folded first and fill the records of a batch. Called by the
 * reader and the writer of both, on whatever thread they are on.
 */
@Immutable
public final class Varints {
    private static final int INT_BYTES_MAX = 5;
    private static final int LONG_BYTES_MAX = 10;

    private Varints() {}

    /** Reads an unsigned number; one above {@link Integer#MAX_VALUE} comes out negative. */
    public static int readUnsigned(ByteBuf in, String field) {
        int value = 0;
        for (int i = 0; i < INT_BYTES_MAX; i++) {
            byte next = Wire.readByte(in, field);
            value |= (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw tooLong(field, INT_BYTES_MAX);
    }

    /** Reads an unsigned number; one above {@link Long#MAX_VALUE} comes out negative. */
    public static long readUnsignedLong(ByteBuf in, String field) {
        long value = 0;
        for (int i = 0; i < LONG_BYTES_MAX; i++) {
            byte next = Wire.readByte(in, field);
            value |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw tooLong(field, LONG_BYTES_MAX);
    }

    /** Reads a zigzag-folded number. */
    public static int readSigned(ByteBuf in, String field) {
        int folded = readUnsigned(in, field);
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** Reads a zigzag-folded number. */
    public static long readSignedLong(ByteBuf in, String field) {
        long folded = readUnsignedLong(in, field);
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** Writes all 32 bits as an unsigned number. */
    public static void writeUnsigned(ByteBuf out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** Writes all 64 bits as an unsigned number. */
    public static void writeUnsignedLong(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    /** Writes a number zigzag-folded, so that small negative ones stay short. */
    public static void writeSigned(ByteBuf out, int value) {
        writeUnsigned(out, fold(value));
    }

    /** Writes a number zigzag-folded, so that small negative ones stay short. */
    public static void writeSignedLong(ByteBuf out, long value) {
        writeUnsignedLong(out, fold(value));
    }

    /** The bytes that {@link #writeUnsigned} takes. */
    public static int sizeOfUnsigned(int value) {
        return bytesFor(Integer.SIZE - Integer.numberOfLeadingZeros(value));
    }

    /** The bytes that {@link #writeSigned} takes. */
    public static int sizeOfSigned(int value) {
        return sizeOfUnsigned(fold(value));
    }

    /** The bytes that {@link #writeSignedLong} takes. */
    public static int sizeOfSignedLong(long value) {
        return bytesFor(Long.SIZE - Long.numberOfLeadingZeros(fold(value)));
    }

    private static int fold(int value) {
        return (value << 1) ^ (value >> 31);
    }

    private static long fold(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static int bytesFor(int bits) {
        return bits <= 7 ? 1 : (bits + 6) / 7;
    }

    private static MalformedMessageException tooLong(String field, int bytesMax) {
        return new MalformedMessageException(field + ": a varint goes on beyond " + bytesMax + " bytes");
    }
}
