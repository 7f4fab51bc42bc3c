package dev.ottla.benchmarks.nullbroker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer is written into: records that lie in another buffer are not copied but noted, and go to the socket from where
 * they are, so that serving a fetch costs the null broker little more than the system call. Made for one answer; owned by the
 * connection's event loop.
 */
final class GatheringBuffer extends UnpooledHeapByteBuf {
    private static final int INITIAL_BYTES = 1024;

    /** What is shorter costs less to copy. */
    private static final int COPIED_BYTES_MAX = 1024;

    private final List<Elsewhere> elsewhere = new ArrayList<>();

    /** Bytes that belong at this place among those that are here. */
    private record Elsewhere(int at, ByteBuf bytes) {}

    GatheringBuffer(ByteBufAllocator allocator) {
        super(allocator, INITIAL_BYTES, Integer.MAX_VALUE);
    }

    @Override
    public ByteBuf writeBytes(ByteBuf source, int sourceIndex, int length) {
        if (length <= COPIED_BYTES_MAX) {
            return super.writeBytes(source, sourceIndex, length);
        }
        elsewhere.add(new Elsewhere(writerIndex(), source.retainedSlice(sourceIndex, length)));
        return this;
    }

    /** All that was written, with its length before it. The caller owns the result. This one is released. */
    ByteBuf releaseToFrame() {
        int bytes = readableBytes()
                + elsewhere.stream()
                        .mapToInt(each -> each.bytes().readableBytes())
                        .sum();
        ByteBuf own = alloc().directBuffer(Integer.BYTES + readableBytes());
        own.writeInt(bytes).writeBytes(array(), arrayOffset(), readableBytes());
        CompositeByteBuf frame = alloc().compositeDirectBuffer(Integer.MAX_VALUE);
        int from = -Integer.BYTES;
        for (Elsewhere each : elsewhere) {
            frame.addComponent(true, own.readRetainedSlice(each.at() - from));
            frame.addComponent(true, each.bytes());
            from = each.at();
        }
        frame.addComponent(true, own);
        release();
        return frame;
    }
}
