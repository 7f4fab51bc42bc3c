package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream into frames: a four-byte length, then that many bytes. Step 9 of sending and step 1 of receiving;
 * owned by the connection's loop. A frame that lies whole in one read is passed on as a slice; one that spans reads is
 * gathered in a buffer that grows with what has come, never with what was claimed, as long as no frame of that length has
 * come before. Without TLS the socket reads into that buffer itself (see {@link FrameReceiver}).
 */
@EventLoopConfined
final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_FIELD_BYTES = Integer.BYTES;

    private final BrokerAddress broker;
    private final int maxFrameBytes;
    private final FrameBuffers buffers = new FrameBuffers();

    /** Known once the decoder is in a pipeline. */
    private @Nullable ChannelHandlerContext context;

    /** The frame that is being gathered, or, while its length is not known, the bytes of the length field. */
    private @Nullable ByteBuf partial;

    /** The rest of {@link #partial} while the socket reads into it. */
    private @Nullable Object receiving;

    private int missingBytes = LENGTH_FIELD_BYTES;
    private boolean inLengthField = true;
    private boolean anyFrameSeen;

    FrameDecoder(BrokerAddress broker, int maxFrameBytes) {
        this.broker = broker;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /**
     * Where the rest of the frame goes that is being gathered; the caller releases it. Null if none is, or if there is a
     * handler between the socket and this one.
     */
    @Nullable
    ByteBuf unfinishedFrame() {
        ByteBuf gathering = partial;
        if (gathering == null
                || inLengthField
                || context == null
                || context.pipeline().firstContext() != context) {
            return null;
        }
        makeRoom(gathering, 1);
        int room = Math.min(missingBytes, gathering.writableBytes());
        ByteBuf rest = gathering.retainedSlice(gathering.writerIndex(), room).clear();
        receiving = rest;
        return rest;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf gathering = partial;
        if (message == receiving && gathering != null) {
            receiving = null;
            gathering.writerIndex(gathering.writerIndex() + in.readableBytes());
            missingBytes -= in.readableBytes();
            in.release();
            passOnIfWhole(ctx, gathering);
            return;
        }
        receiving = null;
        try {
            while (in.isReadable()) {
                if (partial == null && inLengthField && in.readableBytes() >= LENGTH_FIELD_BYTES) {
                    beginFrame(in.readInt(), in);
                }
                if (partial == null && !inLengthField && in.readableBytes() >= missingBytes) {
                    passOn(ctx, in.readRetainedSlice(missingBytes));
                } else if (in.isReadable()) {
                    gather(ctx, in);
                }
            }
        } finally {
            in.release();
        }
    }

    private void beginFrame(int length, ByteBuf rest) {
        if (length < LENGTH_FIELD_BYTES || length > maxFrameBytes) {
            throw NetFailures.notAFrame(broker, length, maxFrameBytes, anyFrameSeen, rest);
        }
        inLengthField = false;
        missingBytes = length;
    }

    private void gather(ChannelHandlerContext ctx, ByteBuf in) {
        if (partial == null) {
            partial = inLengthField
                    ? ctx.alloc().buffer(missingBytes, missingBytes)
                    : buffers.take(ctx.alloc(), missingBytes);
        }
        ByteBuf gathering = partial;
        int bytes = Math.min(missingBytes, in.readableBytes());
        makeRoom(gathering, bytes);
        gathering.writeBytes(in, bytes);
        missingBytes -= bytes;
        if (missingBytes == 0 && inLengthField) {
            partial = null;
            int length = gathering.readInt();
            gathering.release();
            beginFrame(length, in);
        } else {
            passOnIfWhole(ctx, gathering);
        }
    }

    private void passOnIfWhole(ChannelHandlerContext ctx, ByteBuf gathered) {
        if (missingBytes == 0) {
            partial = null;
            buffers.onFrame(gathered.readableBytes());
            passOn(ctx, gathered);
        }
    }

    /** Doubles: Netty's own growth adds 4 MiB at a time, which copies a large frame many times over. */
    private static void makeRoom(ByteBuf gathering, int bytes) {
        if (gathering.writableBytes() < bytes) {
            long doubled = 2L * gathering.capacity();
            long needed = (long) gathering.writerIndex() + bytes;
            gathering.capacity((int) Math.min(gathering.maxCapacity(), Math.max(doubled, needed)));
        }
    }

    private void passOn(ChannelHandlerContext ctx, ByteBuf ownedFrame) {
        inLengthField = true;
        missingBytes = LENGTH_FIELD_BYTES;
        anyFrameSeen = true;
        ctx.fireChannelRead(ownedFrame);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        buffers.close();
    }
}
