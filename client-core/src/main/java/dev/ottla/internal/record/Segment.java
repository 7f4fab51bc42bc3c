package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * Direct memory that one batch is built in and sent from. Counted by the references of its Netty buffer, because the
 * socket may still read a batch that the producer has given up; the last release hands the memory back to its pool.
 */
@Confined
public final class Segment {
    private final ByteBuffer memory;
    private final ByteBuf buffer;

    /** Hands the memory, which must be direct, to a batch; it goes back to {@code home}. */
    public Segment(ByteBuffer memory, SegmentPool home) {
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("a segment needs direct memory: codecs and sockets read it natively");
        }
        this.memory = memory;
        this.buffer = new SegmentBuffer(memory, home);
    }

    /** How many bytes it holds. */
    public int capacity() {
        return memory.capacity();
    }

    /** Gives up the owner's reference. */
    public void release() {
        buffer.release();
    }

    /** The memory, for absolute access: position and limit mean nothing. */
    ByteBuffer memory() {
        return memory;
    }

    /** The same memory as a Netty buffer, whose reference belongs to the owner of this segment. */
    ByteBuf buffer() {
        return buffer;
    }

    /** Netty's buffer over foreign memory never frees it; this one tells the pool when the last reference is gone. */
    private static final class SegmentBuffer extends UnpooledDirectByteBuf {
        private final ByteBuffer memory;
        private final SegmentPool home;

        SegmentBuffer(ByteBuffer memory, SegmentPool home) {
            super(UnpooledByteBufAllocator.DEFAULT, memory.duplicate().clear(), memory.capacity());
            this.memory = memory;
            this.home = home;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            home.giveBack(memory);
        }
    }
}
