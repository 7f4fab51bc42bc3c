package dev.ottla.internal.record.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;

/** zstd frames, one per batch, without a checksum of content: the batch has its own. */
@Confined
final class ZstdCompressor implements Compressor {
    private final ZstdCompressCtx compressor;

    ZstdCompressor(int level) {
        this.compressor = new ZstdCompressCtx().setLevel(level).setChecksum(false);
    }

    @Override
    public int compressedBytesMax(int sourceBytes) {
        return Math.toIntExact(Zstd.compressBound(sourceBytes));
    }

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
        compressor.compress(target, source);
    }

    @Override
    public void close() {
        compressor.close();
    }
}
