package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * Decompresses batches of any codec, one after the other, into memory that each batch overwrites. Owned by one
 * {@code RecordBatchReader}, which closes it.
 */
@Confined
public final class BatchDecompressor implements AutoCloseable {
    private final Map<CompressionType, Decompressor> decompressors = new EnumMap<>(CompressionType.class);
    private final DecompressedBytes target;
    private final ReusableBuffer directSource;

    /** A decompressor that stops at {@code bytesMax} decompressed bytes per batch. */
    public BatchDecompressor(int bytesMax, ByteBufAllocator allocator) {
        this.target = new DecompressedBytes(bytesMax, allocator);
        this.directSource = new ReusableBuffer(allocator);
    }

    /**
     * Decompresses all that remains in the source. The result is good until the next call or the close.
     *
     * @throws DecompressionException if the source is malformed or becomes too large
     * @throws dev.ottla.errors.MissingCodecException if the codec's library is not on the class path
     */
    public ByteBuffer decompress(CompressionType type, ByteBuffer source) {
        Decompressor decompressor = decompressors.computeIfAbsent(type, Codecs::newDecompressor);
        target.clear();
        decompressor.decompress(direct(source), target);
        return target.memory().flip();
    }

    /** Frees native memory. May be used again afterwards. */
    @Override
    public void close() {
        decompressors.values().forEach(Decompressor::close);
        decompressors.clear();
        target.close();
        directSource.close();
    }

    private ByteBuffer direct(ByteBuffer source) {
        if (source.isDirect()) {
            return source;
        }
        int bytes = source.remaining();
        return directSource.empty(bytes).nioBuffer(0, bytes).put(source).flip();
    }
}
