package dev.ottla.internal.record.compression;

import dev.ottla.config.Compression;
import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/** lz4 frames of independent 64 KiB blocks, without checksums of content: the batch has its own. */
@Confined
final class Lz4Compressor implements Compressor {
    private final LZ4Compressor compressor;
    private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();

    Lz4Compressor(int level) {
        LZ4Factory factory = LZ4Factory.fastestInstance();
        this.compressor =
                level == Compression.Lz4.DEFAULT_LEVEL ? factory.fastCompressor() : factory.highCompressor(level);
    }

    @Override
    public int compressedBytesMax(int sourceBytes) {
        int blocks = (sourceBytes - 1) / Lz4Format.BLOCK_BYTES + 1;
        long blockBytesMax =
                Lz4Format.BLOCK_HEADER_BYTES + (long) compressor.maxCompressedLength(Lz4Format.BLOCK_BYTES);
        return Math.toIntExact(Lz4Format.HEADER_BYTES + blocks * blockBytesMax + Lz4Format.END_BYTES);
    }

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
        Lz4Format.writeHeader(target, hash);
        while (source.hasRemaining()) {
            compressBlock(source, Math.min(Lz4Format.BLOCK_BYTES, source.remaining()), target);
        }
        target.putInt(0);
    }

    @Override
    public void close() {
        // lz4-java's compressors keep nothing between blocks
    }

    private void compressBlock(ByteBuffer source, int blockBytes, ByteBuffer target) {
        int lengthIndex = target.position();
        int start = lengthIndex + Lz4Format.BLOCK_HEADER_BYTES;
        int compressedBytes =
                compressor.compress(source, source.position(), blockBytes, target, start, target.limit() - start);
        if (compressedBytes < blockBytes) {
            target.putInt(lengthIndex, compressedBytes).position(start + compressedBytes);
        } else {
            target.putInt(lengthIndex, blockBytes | Lz4Format.STORED_FLAG);
            target.put(start, source, source.position(), blockBytes).position(start + blockBytes);
        }
        source.position(source.position() + blockBytes);
    }
}
