package dev.ottla.internal.net;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.InFlightQueue.InFlight;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.ResponseHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection over a Netty channel, the last handler of its pipeline. Steps 7, 8 and 10 of sending; owned by the
 * channel's event loop. It ends in exactly one way, {@link #close}, whatever the reason: the first cause is the one that
 * every request in flight and the listener hear. What is written while answers are read is flushed once, after the last of
 * them.
 */
@EventLoopConfined
final class NettyConnection extends ChannelInboundHandlerAdapter implements BrokerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(NettyConnection.class);
    private static final int FIELDS_BUFFER_BYTES = 512;

    private final EventLoop loop;
    private final Channel channel;
    private final BrokerAddress address;
    private final ClientOptions options;
    private final ConnectionSecurity security;
    private final ConnectionListener listener;
    private final InFlightQueue inFlight = new InFlightQueue();
    private final HeldRequests held;
    private final IdleWatch idleWatch;

    private @Nullable NegotiatedVersions versions;
    private @Nullable KafkaException closeCause;
    private EventLoop.@Nullable Timer requestTimer;
    private long requestTimerNanos;
    private int nextCorrelationId;
    private int unwrittenCount;

    /** Answers are being read: a flush follows when all that has come is read. */
    private boolean isReading;

    private boolean isFlushDue;

    NettyConnection(
            EventLoop loop,
            Channel channel,
            BrokerAddress address,
            ClientOptions options,
            ConnectionSecurity security,
            ConnectionListener listener) {
        this.loop = loop;
        this.channel = channel;
        this.address = address;
        this.options = options;
        this.security = security;
        this.listener = listener;
        this.held = new HeldRequests(loop, address, this);
        this.idleWatch = new IdleWatch(loop, options.connectionsMaxIdle(), this::inFlightCount, this::onIdle);
    }

    /** The handshake is over: from here on anyone may send. */
    void onNegotiated(NegotiatedVersions negotiated) {
        versions = negotiated;
        idleWatch.start();
        listener.onReady(this);
    }

    @Override
    public NegotiatedVersions versions() {
        if (versions == null) {
            throw new IllegalStateException("the versions of " + address + " are not negotiated yet");
        }
        return versions;
    }

    @Override
    public void send(RequestBody request, long timeoutNanos, ResponseHandler handler) {
        short version;
        try {
            version = versions().versionFor(request);
        } catch (KafkaException e) {
            fail(handler, e);
            return;
        }
        if (held.isHolding()) {
            held.add(request, version, timeoutNanos, handler);
        } else {
            write(request, version, timeoutNanos, handler);
        }
    }

    /** Sends in a given version; the handshake calls this before any version is negotiated. */
    void write(RequestBody request, short version, long timeoutNanos, ResponseHandler handler) {
        assert loop.inEventLoop();
        if (closeCause != null) {
            fail(handler, closeCause);
            return;
        }
        int correlationId = nextCorrelationId++ & Integer.MAX_VALUE;
        List<ByteBuf> parts;
        try {
            parts = encode(request, version, correlationId);
        } catch (Throwable e) {
            // Whatever it is, the handler has to hear of it: an allocator without memory throws an Error.
            fail(handler, NetFailures.notEncodable(address, request, version, e));
            return;
        }
        long now = loop.nanoTime();
        idleWatch.onActivity(now);
        if (request.expectsResponse()) {
            inFlight.add(new InFlight(correlationId, request.apiKey(), version, now, now + timeoutNanos, handler));
            armRequestTimer(now, timeoutNanos);
            writeAll(parts, parts.size());
            flushSoon();
        } else {
            writeUnanswered(parts, request, timeoutNanos, handler);
        }
    }

    private List<ByteBuf> encode(RequestBody request, short version, int correlationId) {
        FrameBuilder frame = new FrameBuilder(channel.alloc().ioBuffer(FIELDS_BUFFER_BYTES));
        try {
            new RequestHeader(request.apiKey().id(), version, correlationId, options.clientId())
                    .write(frame.fields(), request.apiKey().requestHeaderVersion(version));
            request.write(frame, version);
            return frame.finish();
        } catch (Throwable e) {
            frame.release();
            throw e;
        }
    }

    private void writeAll(List<ByteBuf> ownedParts, int count) {
        for (int i = 0; i < count; i++) {
            channel.write(ownedParts.get(i), channel.voidPromise());
        }
    }

    private void flushSoon() {
        if (isReading) {
            isFlushDue = true;
        } else {
            channel.flush();
        }
    }

    /** Its end is that of the write, of which Netty may tell before this method returns, but the handler must not hear. */
    private void writeUnanswered(
            List<ByteBuf> ownedParts, RequestBody request, long timeoutNanos, ResponseHandler handler) {
        int last = ownedParts.size() - 1;
        writeAll(ownedParts, last);
        ChannelFuture written = channel.write(ownedParts.get(last));
        unwrittenCount++;
        flushSoon();
        EventLoop.Timer limit = written.isDone()
                ? () -> {}
                : loop.schedule(
                        () -> close(NetFailures.notWritten(address, request.apiKey(), timeoutNanos)), timeoutNanos);
        written.addListener(done -> {
            limit.cancel();
            unwrittenCount--;
            loop.execute(() -> onUnansweredEnded(written, handler));
        });
    }

    private void onUnansweredEnded(ChannelFuture written, ResponseHandler handler) {
        if (written.isSuccess()) {
            handler.onWritten();
        } else {
            KafkaException cause =
                    closeCause == null ? NetFailures.lost(address, written.cause(), inFlight.size()) : closeCause;
            handler.onFailure(cause, Transmission.POSSIBLY_SENT);
        }
    }

    /** Fails a request that was never written, after the caller has returned: a handler is never called from within send. */
    void fail(ResponseHandler handler, KafkaException cause) {
        loop.execute(() -> handler.onFailure(cause, Transmission.NOT_SENT));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf frame = (ByteBuf) message;
        try {
            if (closeCause == null) {
                isReading = true;
                idleWatch.onActivity(loop.nanoTime());
                onFrame(frame);
            }
        } finally {
            frame.release();
        }
    }

    private void onFrame(ByteBuf frame) {
        // KIP-511: every response header starts with the correlation id, whatever its version.
        int correlationId = frame.getInt(frame.readerIndex());
        InFlight request = inFlight.complete(correlationId);
        if (request == null) {
            close(NetFailures.outOfOrder(address, correlationId, inFlight.head()));
            return;
        }
        held.hold();
        try {
            ResponseHeader.read(frame, request.apiKey().responseHeaderVersion(request.version()));
            held.throttle(request.handler().onResponse(frame, request.version()));
        } catch (Throwable e) {
            KafkaException cause = NetFailures.unreadableAnswer(address, request, e);
            tellFailure(request.handler(), cause);
            close(cause);
        } finally {
            held.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        isReading = false;
        if (isFlushDue) {
            isFlushDue = false;
            channel.flush();
        }
    }

    /** What one handler throws concerns none of the others. */
    private void tellFailure(ResponseHandler handler, KafkaException cause) {
        try {
            handler.onFailure(cause, Transmission.POSSIBLY_SENT);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "[{}] A handler threw when it was told of a failed request to {}", options.clientId(), address, e);
        }
    }

    @Override
    public int inFlightCount() {
        return inFlight.size() + held.size() + unwrittenCount;
    }

    @Override
    public boolean isWritable() {
        return closeCause == null && channel.isWritable();
    }

    /** One timer for all: armed for the earliest deadline seen, looked at again when it fires. */
    private void armRequestTimer(long nowNanos, long delayNanos) {
        long firesNanos = nowNanos + delayNanos;
        if (requestTimer != null) {
            if (requestTimerNanos - firesNanos <= 0) {
                return;
            }
            requestTimer.cancel();
        }
        requestTimerNanos = firesNanos;
        requestTimer = loop.schedule(this::onRequestTimer, delayNanos);
    }

    private void onRequestTimer() {
        requestTimer = null;
        if (closeCause != null || inFlight.isEmpty()) {
            return;
        }
        long now = loop.nanoTime();
        InFlight expired = inFlight.firstExpired(now);
        if (expired != null) {
            close(NetFailures.requestTimedOut(address, expired, now));
        } else {
            armRequestTimer(now, inFlight.nanosToNextDeadline(now));
        }
    }

    private void onIdle() {
        listener.onIdle(this, NetFailures.idle(address, options.connectionsMaxIdle()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(
                versions == null
                        ? NetFailures.closedDuringHandshake(address)
                        : NetFailures.lost(address, null, inFlight.size()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof KafkaException known) {
            close(known);
        } else if (TlsFailures.isOne(cause)) {
            // In TLS 1.3 the broker looks at the client's certificate when the handshake is over for the client.
            close(security.tlsFailure(address, cause));
        } else {
            close(NetFailures.lost(address, cause, inFlight.size()));
        }
    }

    @Override
    public void close(KafkaException cause) {
        assert loop.inEventLoop();
        if (closeCause != null) {
            return;
        }
        closeCause = cause;
        if (requestTimer != null) {
            requestTimer.cancel();
        }
        idleWatch.stop();
        channel.close();
        for (InFlight request = inFlight.poll(); request != null; request = inFlight.poll()) {
            tellFailure(request.handler(), cause);
        }
        held.close();
        listener.onClosed(cause);
    }
}
