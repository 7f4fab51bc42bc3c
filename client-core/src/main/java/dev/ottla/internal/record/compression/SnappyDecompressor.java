package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/** snappy in snappy-java's frame, or as the one raw block that librdkafka writes. */
@Confined
final class SnappyDecompressor implements Decompressor {
    private static final int LENGTH_BYTES_MAX = 5;

    /** A copy of 64 bytes takes at least 2: no block can grow by more. */
    private static final int EXPANSION_MAX = 32;

    /** Loads the native library, so that a missing one shows here. */
    SnappyDecompressor() {
        Snappy.maxCompressedLength(0);
    }

    @Override
    public void decompress(ByteBuffer source, DecompressedBytes target) {
        if (!SnappyFormat.skipHeader(source)) {
            decompressBlock(source, target);
            return;
        }
        while (source.hasRemaining()) {
            if (source.remaining() < SnappyFormat.BLOCK_HEADER_BYTES) {
                throw new DecompressionException("snappy frame ends early", null);
            }
            int blockBytes = source.getInt();
            if (blockBytes < 0 || blockBytes > source.remaining()) {
                throw new DecompressionException(
                        "snappy block of " + blockBytes + " bytes with " + source.remaining() + " left", null);
            }
            decompressBlock(source.slice(source.position(), blockBytes), target);
            source.position(source.position() + blockBytes);
        }
    }

    @Override
    public void close() {
        // snappy keeps nothing between blocks
    }

    private static void decompressBlock(ByteBuffer block, DecompressedBytes target) {
        long length = lengthOf(block);
        // The native code trusts the length in the block: it must be checked before, and the room be there.
        if (length > (long) EXPANSION_MAX * block.remaining()) {
            throw new DecompressionException(
                    "snappy block of " + block.remaining() + " bytes claims " + length + " bytes", null);
        }
        target.requireAllowed(length);
        ByteBuffer memory = target.withRoom((int) length);
        try {
            Snappy.uncompress(block, memory.slice(memory.position(), (int) length));
        } catch (IOException e) {
            throw new DecompressionException("snappy block is malformed", e);
        }
        memory.position(memory.position() + (int) length);
    }

    /** The uncompressed length that a block begins with, an unsigned varint of 32 bits. */
    private static long lengthOf(ByteBuffer block) {
        long length = 0;
        for (int i = 0; i < LENGTH_BYTES_MAX && i < block.remaining(); i++) {
            byte next = block.get(block.position() + i);
            length |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return length;
            }
        }
        throw new DecompressionException("snappy block has no length", null);
    }
}
