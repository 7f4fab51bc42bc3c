package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.FreedMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * Direct memory that one batch is built in and sent from. Counted by the references of its Netty buffer, because the
 * socket may still read a batch that the producer has given up; the last release hands the segment back to its pool, which
 * lends it again as a whole: its views of the memory cost more than all else that is made for a batch.
 */
@Confined
public final class Segment {
    private final ByteBuffer memory;
    private final SegmentBuffer buffer;
    private final RecordBatchHeader header;

    /** Hands the memory, which must be direct, to a batch; the segment goes back to {@code home}. */
    public Segment(ByteBuffer memory, SegmentPool home) {
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("a segment needs direct memory: codecs and sockets read it natively");
        }
        this.memory = memory;
        this.buffer = new SegmentBuffer(this, home);
        this.header = new RecordBatchHeader(memory.duplicate()).wrap(buffer, 0);
    }

    /** For the pool that it came back to: lends it to another batch, which owns the one reference; it goes back to {@code home}. */
    public Segment lendAgain(SegmentPool home) {
        buffer.lendAgain(home);
        return this;
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

    /** The header of the batch that is built in it. */
    RecordBatchHeader header() {
        return header;
    }

    /** Netty's buffer over foreign memory never frees it; this one tells the pool when the last reference is gone. */
    private static final class SegmentBuffer extends UnpooledDirectByteBuf {
        private final Segment segment;
        private SegmentPool home;

        SegmentBuffer(Segment segment, SegmentPool home) {
            super(UnpooledByteBufAllocator.DEFAULT, segment.memory.duplicate().clear(), segment.memory.capacity());
            this.segment = segment;
            this.home = home;
        }

        void lendAgain(SegmentPool nextHome) {
            if (home != nextHome) {
                // Storing a reference into an old object costs a collector's barrier each time.
                home = nextHome;
            }
            resetRefCnt();
            clear();
        }

        @Override
        protected void deallocate() {
            assert FreedMemory.overwrite(segment.memory);
            // Not Netty's, after which the buffer could not be used again; of foreign memory it frees nothing.
            home.giveBack(segment);
        }
    }
}
