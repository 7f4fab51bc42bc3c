package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Has the socket read straight into the frame that {@link FrameDecoder} gathers, instead of into a buffer that it would be
 * copied out of. Asked by the channel before each read, on its loop.
 */
@EventLoopConfined
final class FrameReceiver implements RecvByteBufAllocator {
    private final FrameDecoder decoder;
    private final RecvByteBufAllocator otherwise = new AdaptiveRecvByteBufAllocator();

    FrameReceiver(FrameDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new IntoFrame((ExtendedHandle) otherwise.newHandle());
    }

    /** Counts as the other handle counts, which decides how many reads follow each other. */
    private final class IntoFrame implements ExtendedHandle {
        private final ExtendedHandle handle;

        private IntoFrame(ExtendedHandle handle) {
            this.handle = handle;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf frame = decoder.unfinishedFrame();
            return frame == null ? handle.allocate(allocator) : frame;
        }

        @Override
        public int guess() {
            return handle.guess();
        }

        @Override
        public void reset(ChannelConfig config) {
            handle.reset(config);
        }

        @Override
        public void incMessagesRead(int count) {
            handle.incMessagesRead(count);
        }

        @Override
        public void lastBytesRead(int bytes) {
            handle.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return handle.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            handle.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return handle.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return handle.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return handle.continueReading(maybeMoreData);
        }

        @Override
        public void readComplete() {
            handle.readComplete();
        }
    }
}
