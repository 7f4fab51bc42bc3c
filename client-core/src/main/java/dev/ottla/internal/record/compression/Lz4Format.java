package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.xxhash.XXHash32;

/** The lz4 frame format, version 1: one frame with independent blocks, which is all that Kafka's brokers accept. */
@ThreadSafe
final class Lz4Format {
    /** Magic, flags, block size, header checksum: all that a frame without content size begins with. */
    static final int HEADER_BYTES = 7;

    /** The length in front of a block. */
    static final int BLOCK_HEADER_BYTES = Integer.BYTES;

    /** The length 0 that ends a frame. */
    static final int END_BYTES = Integer.BYTES;

    /** Set in the length of a block that is stored as it is. */
    static final int STORED_FLAG = 0x80000000;

    /** The block size that we write; its number in the format is 4. */
    static final int BLOCK_BYTES = 64 * 1024;

    private static final int MAGIC = 0x184d2204;
    private static final int DESCRIPTOR_INDEX = Integer.BYTES;
    private static final int VERSION_MASK = 0xc0;
    private static final int VERSION_1 = 0x40;
    private static final int INDEPENDENT_FLAG = 0x20;
    private static final int BLOCK_CHECKSUM_FLAG = 0x10;
    private static final int CONTENT_SIZE_FLAG = 0x08;
    private static final int CONTENT_CHECKSUM_FLAG = 0x04;
    private static final int RESERVED_FLAG = 0x02;
    private static final int DICTIONARY_FLAG = 0x01;
    private static final int BLOCK_SIZE_SHIFT = 4;
    private static final int BLOCK_SIZE_RESERVED = 0x8f;
    private static final int BLOCK_SIZE_MIN = 4;

    private Lz4Format() {}

    /** What the header of a frame says. */
    record Frame(int blockBytesMax, boolean blockChecksums, boolean contentChecksum, long contentBytes) {
        /** The content size of a frame that does not give it. */
        static final long UNKNOWN = -1;
    }

    /** Writes the header of a frame with independent blocks and no other checksums than the header's own. */
    static void writeHeader(ByteBuffer target, XXHash32 hash) {
        int start = target.position();
        target.order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC);
        target.put((byte) (VERSION_1 | INDEPENDENT_FLAG)).put((byte) (BLOCK_SIZE_MIN << BLOCK_SIZE_SHIFT));
        target.put(headerChecksum(target, start, hash));
    }

    /** Reads the header of a frame; the source is little-endian. */
    static Frame readHeader(ByteBuffer source, XXHash32 hash) {
        int start = source.position();
        require(source, HEADER_BYTES);
        if (source.getInt() != MAGIC) {
            throw new DecompressionException("not in lz4 frame format", null);
        }
        int flags = source.get();
        int blockSize = source.get();
        checkFlags(flags, blockSize);
        long contentBytes = Frame.UNKNOWN;
        if ((flags & CONTENT_SIZE_FLAG) != 0) {
            require(source, Long.BYTES + 1);
            contentBytes = source.getLong();
        }
        if (source.get(source.position()) != headerChecksum(source, start, hash)) {
            throw new DecompressionException("lz4 header checksum is wrong", null);
        }
        source.get();
        int blockBytesMax = 1 << (2 * (blockSize >>> BLOCK_SIZE_SHIFT) + 8);
        return new Frame(
                blockBytesMax, (flags & BLOCK_CHECKSUM_FLAG) != 0, (flags & CONTENT_CHECKSUM_FLAG) != 0, contentBytes);
    }

    static void require(ByteBuffer source, int bytes) {
        if (source.remaining() < bytes) {
            throw new DecompressionException("lz4 frame ends early", null);
        }
    }

    private static void checkFlags(int flags, int blockSize) {
        if ((flags & VERSION_MASK) != VERSION_1 || (flags & RESERVED_FLAG) != 0) {
            throw new DecompressionException("lz4 frame has another version than 1", null);
        }
        if ((flags & INDEPENDENT_FLAG) == 0 || (flags & DICTIONARY_FLAG) != 0) {
            throw new DecompressionException(
                    "lz4 frame has linked blocks or a dictionary, which Kafka rules out", null);
        }
        if ((blockSize & BLOCK_SIZE_RESERVED) != 0 || blockSize >>> BLOCK_SIZE_SHIFT < BLOCK_SIZE_MIN) {
            throw new DecompressionException("lz4 frame has an unknown block size", null);
        }
    }

    /** The second byte of the hash over flags, block size and content size; early Kafka hashed the magic too, wrongly. */
    private static byte headerChecksum(ByteBuffer frame, int start, XXHash32 hash) {
        int descriptor = start + DESCRIPTOR_INDEX;
        return (byte) (hash.hash(frame, descriptor, frame.position() - descriptor, 0) >>> Byte.SIZE);
    }
}
