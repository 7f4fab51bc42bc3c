package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the simulated network: Netty's pipeline and all that the client puts into it run as they do over TCP, only the
 * bytes go to a {@link Link}. Owned by the loop that it is registered with.
 */
@EventLoopConfined
final class SimulatedChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final SimulatedNetwork network;
    private final SocketConfig config;

    /** Bytes that came while nobody read. */
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();

    private boolean isReadPending;
    private boolean isOpen = true;
    private boolean isActive;
    private boolean isAtEnd;
    private @Nullable Link link;
    private @Nullable InetSocketAddress remote;
    private @Nullable ChannelPromise connecting;

    /** A socket whose buffers come from here. */
    SimulatedChannel(SimulatedNetwork network, ByteBufAllocator allocator) {
        super(null, network.newChannelId());
        this.network = network;
        this.config = new SocketConfig(this, allocator);
    }

    VirtualLoop loop() {
        return (VirtualLoop) eventLoop();
    }

    // ---- what the network tells, on the channel's loop

    void onConnected() {
        ChannelPromise promise = connecting;
        if (promise == null || !isOpen) {
            return;
        }
        connecting = null;
        isActive = true;
        promise.trySuccess();
        pipeline().fireChannelActive();
    }

    void onRefused(IOException cause) {
        ChannelPromise promise = connecting;
        if (promise != null) {
            connecting = null;
            promise.tryFailure(cause);
            unsafe().close(unsafe().voidPromise());
        }
    }

    void onBytes(ByteBuf ownedBytes) {
        if (!isOpen) {
            ownedBytes.release();
            return;
        }
        unread.add(ownedBytes);
        readIfWanted();
    }

    void onEnd() {
        isAtEnd = true;
        readIfWanted();
    }

    void onReset() {
        if (isOpen) {
            pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            unsafe().close(unsafe().voidPromise());
        }
    }

    /** There is room in the send buffer again. */
    void onRoom() {
        if (isOpen) {
            ((SimulatedUnsafe) unsafe()).writeOn();
        }
    }

    private void readIfWanted() {
        if (!isReadPending) {
            return;
        }
        if (!unread.isEmpty()) {
            isReadPending = false;
            while (isOpen && !unread.isEmpty()) {
                pipeline().fireChannelRead(unread.poll());
            }
            pipeline().fireChannelReadComplete();
        }
        if (isAtEnd && isOpen && unread.isEmpty()) {
            unsafe().close(unsafe().voidPromise());
        }
    }

    // ---- what Netty asks for

    @Override
    protected void doBeginRead() {
        isReadPending = true;
        if (!unread.isEmpty() || isAtEnd) {
            eventLoop().execute(this::readIfWanted);
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        Link open = link;
        for (Object message = out.current(); message != null; message = out.current()) {
            if (open == null || !open.hasRoom()) {
                return;
            }
            ByteBuf bytes = (ByteBuf) message;
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            open.send(copy);
            out.remove();
        }
    }

    @Override
    protected void doClose() {
        isOpen = false;
        isActive = false;
        ChannelPromise promise = connecting;
        if (promise != null) {
            connecting = null;
            promise.tryFailure(new ClosedChannelException());
        }
        if (link != null) {
            link.onClientClosed();
        }
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("a simulated socket only connects");
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof VirtualLoop;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new SimulatedUnsafe();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public boolean isActive() {
        return isActive;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    private final class SimulatedUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            remote = (InetSocketAddress) remoteAddress;
            connecting = promise;
            link = network.connect(SimulatedChannel.this, remote);
        }

        void writeOn() {
            flush0();
        }
    }

    /** Takes the options of a TCP socket, which mean nothing here, and keeps the allocator that it has. */
    private static final class SocketConfig extends DefaultChannelConfig {
        private static final Set<ChannelOption<?>> OF_TCP = Set.of(
                ChannelOption.ALLOCATOR,
                ChannelOption.TCP_NODELAY,
                ChannelOption.SO_KEEPALIVE,
                ChannelOption.SO_SNDBUF,
                ChannelOption.SO_RCVBUF);

        SocketConfig(Channel channel, ByteBufAllocator allocator) {
            super(channel);
            setAllocator(allocator);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            return OF_TCP.contains(option) || super.setOption(option, value);
        }
    }
}
