package dev.ottla.testkit.internal.tcp;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.cluster.BrokerPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's socket: hands its frames to the broker and sends what the broker answers. Owned by the cluster's loop. */
@EventLoopConfined
final class TcpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);

    private final BrokerPort broker;
    private BrokerPort.@Nullable Session session;

    TcpConnection(BrokerPort broker) {
        this.broker = broker;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        String host = ((InetSocketAddress) ctx.channel().remoteAddress()).getHostString();
        session = broker.open(new SocketOutbound(ctx.channel()), host);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (session == null) {
            ((ByteBuf) message).release();
        } else {
            session.onFrame((ByteBuf) message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (session != null) {
            session.onClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("The in-memory broker failed and closes the connection", cause);
        }
        ctx.close();
    }

    private record SocketOutbound(Channel channel) implements BrokerPort.Outbound {
        @Override
        public void send(ByteBuf ownedFrame) {
            ByteBuf length = channel.alloc().buffer(Integer.BYTES).writeInt(ownedFrame.readableBytes());
            channel.write(length, channel.voidPromise());
            channel.writeAndFlush(ownedFrame, channel.voidPromise());
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
