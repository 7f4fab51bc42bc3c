package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.nio.ByteBuffer;

/**
 * The frame of snappy-java, which Kafka's Java clients put around snappy blocks: a magic, two versions, and blocks that
 * have their length in front of them. Other clients write one raw block.
 */
@ThreadSafe
final class SnappyFormat {
    /** Magic, version, and lowest compatible version. */
    static final int HEADER_BYTES = 16;

    /** The length in front of a block. */
    static final int BLOCK_HEADER_BYTES = Integer.BYTES;

    private static final long MAGIC = 0x82534e4150505900L;
    private static final int VERSION = 1;

    private SnappyFormat() {}

    static void writeHeader(ByteBuffer target) {
        target.putLong(MAGIC).putInt(VERSION).putInt(VERSION);
    }

    /** Moves the source behind the frame's header and returns true; returns false if it starts with a raw block. */
    static boolean skipHeader(ByteBuffer source) {
        if (source.remaining() < HEADER_BYTES || source.getLong(source.position()) != MAGIC) {
            return false;
        }
        int lowestCompatibleVersion = source.getInt(source.position() + Long.BYTES + Integer.BYTES);
        if (lowestCompatibleVersion > VERSION) {
            throw new DecompressionException("snappy frame needs version " + lowestCompatibleVersion, null);
        }
        source.position(source.position() + HEADER_BYTES);
        return true;
    }
}
