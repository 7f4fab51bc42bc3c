package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.FreedMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a batch is decompressed to: direct memory that grows with what was really written, never with what the batch
 * claims, and never beyond a bound. Reused by the next batch.
 */
@Confined
final class DecompressedBytes implements AutoCloseable {
    private static final int FIRST_BYTES = 64 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final int bytesMax;
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf buffer;
    private ByteBuffer memory = NOTHING;

    DecompressedBytes(int bytesMax, ByteBufAllocator allocator) {
        this.bytesMax = bytesMax;
        this.allocator = allocator;
    }

    /** Empties the memory and keeps it. */
    void clear() {
        assert FreedMemory.overwrite(memory);
        memory.clear();
    }

    /** The memory: what was written is before its position, and whoever writes moves that. Borrowed until it grows. */
    ByteBuffer memory() {
        return memory;
    }

    /** The memory with room for so many more bytes. */
    ByteBuffer withRoom(int bytes) {
        if (bytes > memory.remaining()) {
            requireAllowed((long) memory.position() + bytes);
            growTo((long) memory.position() + bytes);
        }
        return memory;
    }

    /** The memory with room for so many more bytes, or as many as the bound leaves. */
    ByteBuffer withRoomUpTo(int bytes) {
        return withRoom(Math.min(bytes, bytesMax - memory.position()));
    }

    /** The memory with more room than before. */
    ByteBuffer grown() {
        long bytes = memory.capacity() + 1L;
        requireAllowed(bytes);
        growTo(bytes);
        return memory;
    }

    /** Fails if so many bytes are more than a batch may have. */
    void requireAllowed(long bytes) {
        if (bytes > bytesMax) {
            throw new DecompressionException(
                    "more than the " + bytesMax + " bytes that a batch may decompress to", null);
        }
    }

    @Override
    public void close() {
        assert FreedMemory.overwrite(memory);
        memory = NOTHING;
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    private void growTo(long bytesMin) {
        long doubled = Math.max(FIRST_BYTES, 2L * memory.capacity());
        int bytes = (int) Math.min(bytesMax, Math.max(doubled, bytesMin));
        ByteBuf larger = allocator.directBuffer(bytes, bytes);
        ByteBuffer view = larger.nioBuffer(0, bytes);
        view.put(memory.flip());
        close();
        buffer = larger;
        memory = view;
    }
}
