package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that one connection gathers large frames in, used again and again: fetch responses are larger than the chunks
 * of Netty's pools, which would allocate, zero and free each one. Owned by the {@link FrameDecoder} of the connection. It
 * keeps a reference to each of its buffers, so a buffer that nobody else holds any more is known by its count.
 */
@EventLoopConfined
final class FrameBuffers {
    /** Smaller frames are served well by the allocator, which also limits what a mere claim can make us allocate. */
    static final int SMALL_BYTES = 64 * 1024;

    /** One being filled, and as many as a fetcher lets be unread. */
    private static final int KEPT_MAX = 3;

    /** A buffer that was not needed during this many frames is given up. */
    private static final int IDLE_FRAMES_MAX = 256;

    private static final class Kept {
        final ByteBuf buffer;
        long lastUsedFrame;

        Kept(ByteBuf buffer) {
            this.buffer = buffer;
        }
    }

    private final List<Kept> kept = new ArrayList<>(KEPT_MAX);
    private long frame;

    /** What this peer has sent whole before it may claim again. */
    private int trustedBytes = SMALL_BYTES;

    /**
     * An empty buffer for a frame of this length, or for its beginning if no frame came yet that was as long; the caller
     * releases it.
     */
    ByteBuf take(ByteBufAllocator allocator, int frameBytes) {
        frame++;
        if (frameBytes <= SMALL_BYTES || frameBytes > trustedBytes) {
            return allocator.buffer(Math.min(frameBytes, SMALL_BYTES), frameBytes);
        }
        for (Kept each : kept) {
            if (each.buffer.refCnt() == 1 && each.buffer.capacity() >= frameBytes) {
                each.lastUsedFrame = frame;
                return each.buffer.clear().retain();
            }
        }
        giveUpIdle();
        if (kept.size() == KEPT_MAX && !giveUpSmaller(frameBytes)) {
            return allocator.directBuffer(frameBytes, frameBytes);
        }
        Kept added = new Kept(allocator.directBuffer(trustedBytes, trustedBytes));
        added.lastUsedFrame = frame;
        kept.add(added);
        return added.buffer.retain();
    }

    /** A frame has come whole. */
    void onFrame(int frameBytes) {
        if (frameBytes > trustedBytes) {
            trustedBytes = frameBytes > 1 << 30 ? Integer.MAX_VALUE : Integer.highestOneBit(frameBytes - 1) << 1;
        }
    }

    private void giveUpIdle() {
        kept.removeIf(each -> frame - each.lastUsedFrame > IDLE_FRAMES_MAX && each.buffer.release());
    }

    private boolean giveUpSmaller(int frameBytes) {
        for (int i = 0; i < kept.size(); i++) {
            ByteBuf buffer = kept.get(i).buffer;
            if (buffer.capacity() < frameBytes) {
                buffer.release();
                kept.remove(i);
                return true;
            }
        }
        return false;
    }

    /** Gives up all buffers; those that somebody still reads live until he releases them. */
    void close() {
        kept.forEach(each -> each.buffer.release());
        kept.clear();
    }
}
