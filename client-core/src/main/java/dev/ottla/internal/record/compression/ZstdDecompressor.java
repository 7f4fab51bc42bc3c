package dev.ottla.internal.record.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;

/**
 * zstd frames from any client, in one call per batch. That call needs no window of its own, which a hostile frame could
 * claim 128 MiB for; it needs room for everything instead, so it is repeated with more until the content fits. The room
 * is kept, so this happens with the first large batches only.
 */
@Confined
final class ZstdDecompressor implements Decompressor {
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

    @Override
    public void decompress(ByteBuffer source, DecompressedBytes target) {
        ByteBuffer memory = target.withRoom(1);
        while (true) {
            try {
                int written = decompressor.decompressDirectByteBuffer(
                        memory, 0, memory.capacity(), source, source.position(), source.remaining());
                memory.position(written);
                return;
            } catch (ZstdException e) {
                if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                    throw new DecompressionException("zstd data is malformed: " + e.getMessage(), e);
                }
                memory = target.grown();
            }
        }
    }

    @Override
    public void close() {
        decompressor.close();
    }
}
