package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.FreedMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** One direct buffer that is kept between batches and replaced by a larger one when needed. */
@Confined
final class ReusableBuffer implements AutoCloseable {
    private static final int BYTES_MIN = 64 * 1024;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf buffer;

    ReusableBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** The buffer with at least this capacity, its old content given up; borrowed until the next call or the close. */
    ByteBuf empty(int bytesMin) {
        ByteBuf current = buffer;
        if (current == null || current.capacity() < bytesMin) {
            close();
            int bytes = Math.max(BYTES_MIN, bytesMin);
            current = allocator.directBuffer(bytes, bytes);
            buffer = current;
        }
        assert FreedMemory.overwrite(current, current.capacity());
        return current;
    }

    @Override
    public void close() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
