package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.nio.ByteBuffer;

/**
 * The zig-zag varints that records are made of, written at absolute positions so that an append that fails half-way has
 * changed nothing. Used per record by {@link RecordBatchBuilder}; reading is part of {@link RecordCursor}.
 */
@ThreadSafe
final class Varint {
    /** The most bytes that an int takes. */
    static final int INT_BYTES_MAX = 5;

    /** The most bytes that a long takes. */
    static final int LONG_BYTES_MAX = 10;

    /** Values from 0 to below this take one byte; -1 does too. */
    static final int ONE_BYTE_END = 1 << 6;

    /** Values from 0 to below this take two bytes at most. */
    static final int TWO_BYTES_END = 1 << 13;

    private static final int PAYLOAD_BITS = 7;
    private static final int PAYLOAD_MASK = 0x7f;
    private static final int MORE = 0x80;

    private Varint() {}

    /** How many bytes the value takes. */
    static int sizeOf(int value) {
        int zigzag = (value << 1) ^ (value >> 31);
        // ceil(bits / 7) for 1 to 32 bits without a division; zero counts as one bit.
        return ((Integer.SIZE - Integer.numberOfLeadingZeros(zigzag | 1)) * 9 + 64) >>> 6;
    }

    /** How many bytes the value takes. */
    static int sizeOf(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return ((Long.SIZE - Long.numberOfLeadingZeros(zigzag | 1)) * 9 + 64) >>> 6;
    }

    /** How many bytes a value takes that is -1 or more and below {@link #TWO_BYTES_END}. */
    static int sizeOfSmall(int value) {
        return value < ONE_BYTE_END ? 1 : 2;
    }

    /** A word with such a value behind what it has: the last byte is the lowest. */
    static long append(long word, int small) {
        int zigzag = (small << 1) ^ (small >> 31);
        return small < ONE_BYTE_END ? (word << Byte.SIZE) | zigzag : (word << Short.SIZE) | twoBytes(zigzag);
    }

    private static int twoBytes(int zigzag) {
        return (((zigzag & PAYLOAD_MASK) | MORE) << Byte.SIZE) | (zigzag >>> PAYLOAD_BITS);
    }

    /** Writes the value at the position and returns the position after it. */
    static int put(ByteBuffer memory, int position, int value) {
        if (value >= ONE_BYTE_END && value < TWO_BYTES_END) {
            // The length of most values.
            memory.putShort(position, (short) twoBytes(value << 1));
            return position + Short.BYTES;
        }
        int rest = (value << 1) ^ (value >> 31);
        int at = position;
        while ((rest & ~PAYLOAD_MASK) != 0) {
            memory.put(at++, (byte) (rest | MORE));
            rest >>>= PAYLOAD_BITS;
        }
        memory.put(at++, (byte) rest);
        return at;
    }

    /** Writes the value at the position and returns the position after it. */
    static int put(ByteBuffer memory, int position, long value) {
        long rest = (value << 1) ^ (value >> 63);
        int at = position;
        while ((rest & ~PAYLOAD_MASK) != 0) {
            memory.put(at++, (byte) (rest | MORE));
            rest >>>= PAYLOAD_BITS;
        }
        memory.put(at++, (byte) rest);
        return at;
    }
}
