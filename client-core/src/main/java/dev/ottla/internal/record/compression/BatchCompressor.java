package dev.ottla.internal.record.compression;

import dev.ottla.config.Compression;
import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Compresses batches on their way out, as part of sealing. Owned by one sealing thread at a time, which closes it. The
 * result replaces the records in their own segment, so that compression never waits for memory: only the scratch buffer
 * is extra, and it is reused.
 */
@Confined
public final class BatchCompressor implements AutoCloseable {
    private static final BatchCompressor NONE =
            new BatchCompressor(CompressionType.NONE, null, UnpooledByteBufAllocator.DEFAULT);

    private final CompressionType type;
    private final @Nullable Compressor compressor;
    private final ReusableBuffer scratch;

    private BatchCompressor(CompressionType type, @Nullable Compressor compressor, ByteBufAllocator allocator) {
        this.type = type;
        this.compressor = compressor;
        this.scratch = new ReusableBuffer(allocator);
    }

    /** The one that leaves batches as they are; stateless, so anybody may use it. */
    public static BatchCompressor none() {
        return NONE;
    }

    /**
     * A compressor with these options; the allocator gives direct memory for the scratch buffer.
     *
     * @throws dev.ottla.errors.MissingCodecException if the codec's library is not on the class path
     */
    public static BatchCompressor of(Compression compression, ByteBufAllocator allocator) {
        CompressionType type = Codecs.typeOf(compression);
        return type == CompressionType.NONE
                ? NONE
                : new BatchCompressor(type, Codecs.newCompressor(compression), allocator);
    }

    /** The codec. */
    public CompressionType type() {
        return type;
    }

    /**
     * Replaces the bytes from {@code start} to {@code end} by their compressed form and returns the new end; leaves them
     * alone and returns {@code end} if they would not get smaller.
     */
    public int compressInPlace(ByteBuffer memory, int start, int end) {
        if (compressor == null) {
            return end;
        }
        int sourceBytes = end - start;
        ByteBuf target = scratch.empty(compressor.compressedBytesMax(sourceBytes));
        ByteBuffer targetView = target.nioBuffer(0, target.capacity());
        compressor.compress(memory.slice(start, sourceBytes), targetView);
        int compressedBytes = targetView.position();
        if (compressedBytes >= sourceBytes) {
            return end;
        }
        memory.put(start, targetView, 0, compressedBytes);
        return start + compressedBytes;
    }

    /** Frees native memory. */
    @Override
    public void close() {
        if (compressor != null) {
            compressor.close();
            scratch.close();
        }
    }
}
