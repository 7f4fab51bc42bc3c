package dev.ottla.testkit.fault;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts what one side sends into frames and hands them to the {@link Tunnel}. Where a length field can be none of Kafka's, as in
 * the first bytes of TLS, it passes on what comes from there as it comes. Confined to the proxy's event loop.
 */
final class FrameReader extends ByteToMessageDecoder {
    private static final int LENGTH_FIELD_BYTES = 4;

    /** What Kafka's brokers accept ({@code socket.request.max.bytes}); the first bytes of TLS stand for more. */
    private static final int MESSAGE_BYTES_MAX = 100 << 20;

    private final Tunnel tunnel;
    private final Direction direction;
    private boolean unframed;

    FrameReader(Tunnel tunnel, Direction direction) {
        this.tunnel = tunnel;
        this.direction = direction;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!unframed && in.readableBytes() >= LENGTH_FIELD_BYTES) {
            int length = in.getInt(in.readerIndex());
            unframed = length < 0 || length > MESSAGE_BYTES_MAX;
            if (!unframed && in.readableBytes() - LENGTH_FIELD_BYTES >= length) {
                tunnel.onFrame(direction, in.readRetainedSlice(LENGTH_FIELD_BYTES + length));
            }
        }
        if (unframed) {
            tunnel.onBytes(direction, in.readRetainedSlice(in.readableBytes()));
        }
    }

    /** The sender has ended inside a frame: the receiver is to see just that. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (in.isReadable()) {
            int before = in.readableBytes();
            decode(context, in, out);
            if (in.readableBytes() == before) {
                unframed = true;
            }
        }
    }

    /** The inherited one asks for more as long as it has passed nothing down the pipeline, which here it never does. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        discardSomeReadBytes();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        tunnel.onEnded(direction);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        tunnel.wake();
    }

    /** A reset, mostly: the other side sees the end of the connection. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
