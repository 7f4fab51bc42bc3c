package dev.ottla.consumer.internal.delivery;

import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.FreedMemory;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One fetch response as long as somebody reads from it. The frame is kept once for all partitions in it, and released by
 * whoever is done with the last of them; its bytes are then given back to the fetcher as credit.
 */
@ThreadSafe
public final class FrameLease {
    private final ByteBuf frame;
    private final Runnable onReleased;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Takes ownership of one reference to the frame; whoever makes the lease is its first holder. */
    public FrameLease(ByteBuf ownedFrame, Runnable onReleased) {
        this.frame = ownedFrame;
        this.onReleased = onReleased;
    }

    /** Adds a holder; only a holder may call this. */
    public void retain() {
        holders.incrementAndGet();
    }

    /** Ends one holder's lease; the last one lets go of the frame. */
    public void release() {
        if (holders.decrementAndGet() == 0) {
            assert FreedMemory.overwrite(frame, frame.writerIndex());
            frame.release();
            onReleased.run();
        }
    }
}
