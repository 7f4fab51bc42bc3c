package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The frame around deflated data (RFC 1952). */
@ThreadSafe
final class GzipFormat {
    /** The size of a header without optional fields. */
    static final int HEADER_BYTES = 10;

    /** CRC-32 and length of the content. */
    static final int TRAILER_BYTES = 8;

    private static final short MAGIC = (short) 0x8b1f;
    private static final byte DEFLATE = 8;
    private static final int FLAG_HEADER_CRC = 0x02;
    private static final int FLAG_EXTRA = 0x04;
    private static final int FLAG_NAME = 0x08;
    private static final int FLAG_COMMENT = 0x10;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TIME_SYSTEM_BYTES = 6;

    private GzipFormat() {}

    /** Writes a header without optional fields, as Kafka's producers do. */
    static void writeHeader(ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN).putShort(MAGIC).put(DEFLATE).put((byte) 0);
        target.putInt(0).putShort((short) 0);
    }

    /** Writes what follows the deflated data. */
    static void writeTrailer(ByteBuffer target, int crc, int length) {
        target.order(ByteOrder.LITTLE_ENDIAN).putInt(crc).putInt(length);
    }

    /** Moves the source, which is little-endian, behind the header. */
    static void skipHeader(ByteBuffer source) {
        require(source, HEADER_BYTES);
        if (source.getShort() != MAGIC || source.get() != DEFLATE) {
            throw new DecompressionException("not in gzip format", null);
        }
        int flags = source.get();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw new DecompressionException("gzip header has reserved flags", null);
        }
        skip(source, TIME_SYSTEM_BYTES);
        if ((flags & FLAG_EXTRA) != 0) {
            require(source, Short.BYTES);
            skip(source, Short.toUnsignedInt(source.getShort()));
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText(source);
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText(source);
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(source, Short.BYTES);
        }
    }

    /** Reads what follows the deflated data and compares it. */
    static void checkTrailer(ByteBuffer source, int crc, int length) {
        require(source, TRAILER_BYTES);
        if (source.getInt() != crc || source.getInt() != length) {
            throw new DecompressionException("gzip checksum or length is wrong", null);
        }
    }

    private static void skipText(ByteBuffer source) {
        do {
            require(source, 1);
        } while (source.get() != 0);
    }

    private static void skip(ByteBuffer source, int bytes) {
        require(source, bytes);
        source.position(source.position() + bytes);
    }

    private static void require(ByteBuffer source, int bytes) {
        if (source.remaining() < bytes) {
            throw new DecompressionException("gzip data ends early", null);
        }
    }
}
