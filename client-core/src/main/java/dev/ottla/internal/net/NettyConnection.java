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
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection over a Netty channel, the last handler of its pipeline. Steps 7, 8 and 10 of sending; owned by the
 * channel's event loop. It ends in exactly one way, {@link #close}, whatever the reason: the first cause is the one that
 * every request in flight and the listener hear.
 */
@EventLoopConfined
final class NettyConnection extends ChannelInboundHandlerAdapter implements BrokerConnection {
    private static final int FIELDS_BUFFER_BYTES = 512;

    private final EventLoop loop;
    private final Channel channel;
    private final BrokerAddress address;
    private final ClientOptions options;
    private final ConnectionListener listener;
    private final InFlightQueue inFlight = new InFlightQueue();

    /** Requests held back while the broker throttles this connection (KIP-219). */
    private final ArrayDeque<Runnable> throttled = new ArrayDeque<>();

    private @Nullable NegotiatedVersions versions;
    private @Nullable KafkaException closeCause;
    private EventLoop.@Nullable Timer requestTimer;
    private EventLoop.@Nullable Timer idleTimer;
    private EventLoop.@Nullable Timer throttleTimer;
    private long requestTimerNanos;
    private long lastActivityNanos;
    private int nextCorrelationId;

    NettyConnection(
            EventLoop loop,
            Channel channel,
            BrokerAddress address,
            ClientOptions options,
            ConnectionListener listener) {
        this.loop = loop;
        this.channel = channel;
        this.address = address;
        this.options = options;
        this.listener = listener;
        this.lastActivityNanos = loop.nanoTime();
    }

    /** The handshake is over: from here on anyone may send. */
    void onNegotiated(NegotiatedVersions negotiated) {
        versions = negotiated;
        scheduleIdleCheck(options.connectionsMaxIdle().toNanos());
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
        if (throttleTimer == null) {
            write(request, version, timeoutNanos, handler);
        } else {
            throttled.addLast(() -> write(request, version, timeoutNanos, handler));
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
        FrameBuilder frame = new FrameBuilder(channel.alloc().ioBuffer(FIELDS_BUFFER_BYTES));
        List<ByteBuf> parts;
        try {
            new RequestHeader(request.apiKey().id(), version, correlationId, options.clientId())
                    .write(frame.fields(), request.apiKey().requestHeaderVersion(version));
            request.write(frame, version);
            parts = frame.finish();
        } catch (RuntimeException e) {
            frame.release();
            fail(handler, NetFailures.notEncodable(address, request, version, e));
            return;
        }
        long now = loop.nanoTime();
        lastActivityNanos = now;
        if (request.expectsResponse()) {
            inFlight.add(new InFlight(correlationId, request.apiKey(), version, now, now + timeoutNanos, handler));
            armRequestTimer(timeoutNanos);
            flush(parts, null);
        } else {
            flush(parts, handler);
        }
    }

    private void flush(List<ByteBuf> ownedParts, @Nullable ResponseHandler unansweredHandler) {
        int last = ownedParts.size() - 1;
        for (int i = 0; i < last; i++) {
            channel.write(ownedParts.get(i), channel.voidPromise());
        }
        if (unansweredHandler == null) {
            channel.writeAndFlush(ownedParts.get(last), channel.voidPromise());
            return;
        }
        ChannelFuture written = channel.writeAndFlush(ownedParts.get(last));
        written.addListener(done -> {
            if (done.isSuccess()) {
                unansweredHandler.onWritten();
            } else {
                unansweredHandler.onFailure(
                        NetFailures.lost(address, done.cause(), inFlight.size()), Transmission.POSSIBLY_SENT);
            }
        });
    }

    /** Fails a request that was never written, after the caller has returned: a handler is never called from within send. */
    private void fail(ResponseHandler handler, KafkaException cause) {
        loop.execute(() -> handler.onFailure(cause, Transmission.NOT_SENT));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf frame = (ByteBuf) message;
        try {
            lastActivityNanos = loop.nanoTime();
            // KIP-511: every response header starts with the correlation id, whatever its version.
            InFlight request = inFlight.complete(frame.getInt(frame.readerIndex()));
            onAnswer(request, frame);
        } finally {
            frame.release();
        }
    }

    private void onAnswer(InFlight request, ByteBuf frame) {
        try {
            ResponseHeader.read(frame, request.apiKey().responseHeaderVersion(request.version()));
            throttle(request.handler().onResponse(frame, request.version()));
        } catch (RuntimeException e) {
            KafkaException cause = NetFailures.unreadableAnswer(address, request, e);
            request.handler().onFailure(cause, Transmission.POSSIBLY_SENT);
            close(cause);
        }
    }

    private void throttle(int throttleTimeMs) {
        if (throttleTimeMs > 0 && closeCause == null) {
            if (throttleTimer != null) {
                throttleTimer.cancel();
            }
            throttleTimer = loop.schedule(this::onThrottleEnded, throttleTimeMs * 1_000_000L);
        }
    }

    private void onThrottleEnded() {
        throttleTimer = null;
        for (Runnable send = throttled.pollFirst(); send != null; send = throttled.pollFirst()) {
            send.run();
        }
    }

    @Override
    public int inFlightCount() {
        return inFlight.size() + throttled.size();
    }

    @Override
    public boolean isWritable() {
        return closeCause == null && channel.isWritable();
    }

    /** One timer for all: armed for the earliest deadline seen, looked at again when it fires. */
    private void armRequestTimer(long delayNanos) {
        long firesNanos = loop.nanoTime() + delayNanos;
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
            armRequestTimer(inFlight.nanosToNextDeadline(now));
        }
    }

    private void scheduleIdleCheck(long delayNanos) {
        idleTimer = loop.schedule(this::onIdleTimer, delayNanos);
    }

    private void onIdleTimer() {
        long idleNanos = loop.nanoTime() - lastActivityNanos;
        long maxIdleNanos = options.connectionsMaxIdle().toNanos();
        if (inFlight.isEmpty() && throttled.isEmpty() && idleNanos >= maxIdleNanos) {
            listener.onIdle(this, NetFailures.idle(address, options.connectionsMaxIdle()));
        } else {
            scheduleIdleCheck(inFlight.isEmpty() ? maxIdleNanos - idleNanos : maxIdleNanos);
        }
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
        close(cause instanceof KafkaException known ? known : NetFailures.lost(address, cause, inFlight.size()));
    }

    @Override
    public void close(KafkaException cause) {
        assert loop.inEventLoop();
        if (closeCause != null) {
            return;
        }
        closeCause = cause;
        cancelTimers();
        channel.close();
        inFlight.failAll(cause);
        // Each of these finds the connection closed and fails as not sent.
        onThrottleEnded();
        listener.onClosed(cause);
    }

    private void cancelTimers() {
        for (EventLoop.Timer timer : new EventLoop.@Nullable Timer[] {requestTimer, idleTimer, throttleTimer}) {
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
