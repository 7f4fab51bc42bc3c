package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/** snappy in snappy-java's frame, in blocks of 32 KiB as Kafka's Java clients write them. */
@Confined
final class SnappyCompressor implements Compressor {
    private static final int BLOCK_BYTES = 32 * 1024;

    /** Loads the native library, so that a missing one shows here. */
    SnappyCompressor() {
        Snappy.maxCompressedLength(0);
    }

    @Override
    public int compressedBytesMax(int sourceBytes) {
        int blocks = (sourceBytes - 1) / BLOCK_BYTES + 1;
        long blockBytesMax = SnappyFormat.BLOCK_HEADER_BYTES + (long) Snappy.maxCompressedLength(BLOCK_BYTES);
        return Math.toIntExact(SnappyFormat.HEADER_BYTES + blocks * blockBytesMax);
    }

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
        SnappyFormat.writeHeader(target);
        ByteBuffer block = source.duplicate();
        while (source.hasRemaining()) {
            int blockBytes = Math.min(BLOCK_BYTES, source.remaining());
            block.limit(source.position() + blockBytes).position(source.position());
            source.position(block.limit());
            compressBlock(block, target);
        }
    }

    @Override
    public void close() {
        // snappy keeps nothing between blocks
    }

    private static void compressBlock(ByteBuffer block, ByteBuffer target) {
        int lengthIndex = target.position();
        ByteBuffer compressed = target.duplicate().position(lengthIndex + SnappyFormat.BLOCK_HEADER_BYTES);
        int compressedBytes;
        try {
            compressedBytes = Snappy.compress(block, compressed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        target.putInt(compressedBytes).position(target.position() + compressedBytes);
    }
}
