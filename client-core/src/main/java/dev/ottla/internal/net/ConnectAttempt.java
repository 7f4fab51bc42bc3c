package dev.ottla.internal.net;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a ready connection: resolve the host, try each of its addresses until one accepts, proves
 * itself by TLS where that is asked for, and negotiates versions. Made by the {@link NettyConnector}, owned by the loop that
 * the connection will live on. The attempt stands between the connection and the listener for good, so that the listener hears
 * of one end only.
 *
 * <pre>
 * Resolving ──addresses──► Opening ──accepted──► Securing ──trusted──► Negotiating ──versions──► Ready
 *                           ▲  │   └───────────without TLS────────────►┘   │                      │ lost
 *                           │  │ refused             │ failed             │ failed               │
 *                           └──┴─────────────────────┴────────────────────┘                      │
 *     any ──no address left, setup timeout, cancel───────────────────────────────────► Ended ◄───┘
 * </pre>
 */
@EventLoopConfined
final class ConnectAttempt implements Connector.Attempt, ConnectionListener {

    private sealed interface State {
        /** What is being waited for, in the words of a message. */
        String stage();
    }

    private record Resolving() implements State {
        @Override
        public String stage() {
            return "resolving its host name";
        }
    }

    private record Opening(InetAddress ip, Channel channel) implements State {
        @Override
        public String stage() {
            return "opening a TCP connection to " + ip.getHostAddress();
        }
    }

    private record Securing(InetAddress ip, Channel channel) implements State {
        @Override
        public String stage() {
            return "in the TLS handshake with " + ip.getHostAddress();
        }
    }

    private record Negotiating(InetAddress ip, NettyConnection connection) implements State {
        @Override
        public String stage() {
            return "waiting for its answer to ApiVersions";
        }
    }

    private record Ready(NettyConnection connection) implements State {
        @Override
        public String stage() {
            return "ready";
        }
    }

    private record Ended() implements State {
        @Override
        public String stage() {
            return "ended";
        }
    }

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final BrokerAddress address;
    private final ClientOptions options;
    private final ConnectionSecurity security;
    private final ConnectionListener listener;
    private final long deadlineNanos;
    private final EventLoop.Timer deadlineTimer;
    private final Deque<InetAddress> untried = new ArrayDeque<>();
    private final List<String> refusals = new ArrayList<>();

    private State state = new Resolving();

    /** Ends the trying of one address while others are left. */
    private EventLoop.@Nullable Timer shareTimer;

    ConnectAttempt(
            EventLoop loop,
            Bootstrap bootstrap,
            BrokerAddress address,
            ClientOptions options,
            ConnectionSecurity security,
            long setupTimeoutNanos,
            ConnectionListener listener) {
        this.loop = loop;
        this.bootstrap = bootstrap;
        this.address = address;
        this.options = options;
        this.security = security;
        this.listener = listener;
        this.deadlineNanos = loop.nanoTime() + setupTimeoutNanos;
        this.deadlineTimer = loop.schedule(this::onDeadline, setupTimeoutNanos);
    }

    void start(HostResolver resolver) {
        resolver.resolve(address.host())
                .whenComplete((addresses, failure) -> loop.execute(() -> onResolved(addresses, failure)));
    }

    private void onResolved(@Nullable List<InetAddress> addresses, @Nullable Throwable failure) {
        if (!(state instanceof Resolving)) {
            return;
        }
        if (addresses == null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            end(NetFailures.unresolved(address, cause));
            return;
        }
        untried.addAll(addresses);
        tryNext(null);
    }

    private void tryNext(@Nullable Throwable lastFailure) {
        cancelShareTimer();
        InetAddress next = untried.pollFirst();
        if (next == null) {
            end(NetFailures.notConnected(address, refusals, lastFailure));
            return;
        }
        ChannelFuture connected =
                bootstrap.clone().handler(initializer()).connect(new InetSocketAddress(next, address.port()));
        Opening opening = new Opening(next, connected.channel());
        state = opening;
        limitToShareOfTime();
        connected.addListener(done -> onConnected(opening, connected));
    }

    /** An address that swallows packets, or accepts and is silent, may not use up the time of those after it. */
    private void limitToShareOfTime() {
        if (!untried.isEmpty()) {
            long remainingNanos = deadlineNanos - loop.nanoTime();
            shareTimer = loop.schedule(this::onShareOfTimeUsed, remainingNanos / (untried.size() + 1));
        }
    }

    private void onShareOfTimeUsed() {
        shareTimer = null;
        if (state instanceof Opening opening) {
            refusals.add(opening.ip().getHostAddress() + ": no answer");
            tryNext(null);
            opening.channel().close();
        } else if (state instanceof Securing securing) {
            onHandshakeFailed(securing, NetFailures.setupTimedOut(address, state.stage()));
        } else if (state instanceof Negotiating negotiating) {
            negotiating.connection().close(NetFailures.setupTimedOut(address, state.stage()));
        }
    }

    private void onConnected(Opening opening, ChannelFuture connected) {
        if (state != opening) {
            connected.channel().close();
        } else if (!connected.isSuccess()) {
            Throwable cause = connected.cause();
            refusals.add(opening.ip().getHostAddress() + ": " + NetFailures.reason(cause));
            tryNext(cause);
        } else if (security.usesTls()) {
            secure(opening.ip(), connected.channel());
        } else {
            negotiate(opening.ip(), connected.channel());
        }
    }

    /** The handshake has no timeout of its own: this attempt ends it when the time is up. */
    private void secure(InetAddress ip, Channel channel) {
        Securing securing = new Securing(ip, channel);
        state = securing;
        TlsHandshake handshake = new TlsHandshake(failure -> onHandshakeEnded(securing, failure));
        channel.pipeline().addFirst(security.newTlsHandler(address)).addLast(handshake);
        channel.config().setAutoRead(true);
    }

    private void onHandshakeEnded(Securing securing, @Nullable Throwable failure) {
        if (state != securing) {
            securing.channel().close();
        } else if (failure == null) {
            negotiate(securing.ip(), securing.channel());
        } else {
            onHandshakeFailed(securing, security.tlsFailure(address, failure));
        }
    }

    private void onHandshakeFailed(Securing securing, KafkaException cause) {
        if (untried.isEmpty()) {
            end(cause);
        } else {
            refusals.add(securing.ip().getHostAddress() + ": " + cause.getMessage());
            tryNext(cause);
            securing.channel().close();
        }
    }

    private void negotiate(InetAddress ip, Channel channel) {
        NettyConnection opened = new NettyConnection(loop, channel, address, options, security, this);
        state = new Negotiating(ip, opened);
        channel.pipeline().addLast(opened);
        // What the peer sends must not be read before someone listens.
        channel.config().setAutoRead(true);
        new VersionNegotiation(opened, address, deadlineNanos - loop.nanoTime()).start();
    }

    private ChannelHandler initializer() {
        int maxFrameBytes = options.maxFrameBytes().toIntExact();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.config().setAutoRead(false);
                FrameDecoder decoder = new FrameDecoder(address, maxFrameBytes);
                channel.config().setRecvByteBufAllocator(new FrameReceiver(decoder));
                channel.pipeline().addLast(decoder);
            }
        };
    }

    private void onDeadline() {
        end(NetFailures.setupTimedOut(address, state.stage()));
    }

    @Override
    public void onReady(BrokerConnection ready) {
        if (state instanceof Negotiating negotiating) {
            cancelShareTimer();
            deadlineTimer.cancel();
            state = new Ready(negotiating.connection());
            listener.onReady(ready);
        }
    }

    @Override
    public void onIdle(BrokerConnection idle, KafkaException cause) {
        listener.onIdle(idle, cause);
    }

    @Override
    public void onClosed(KafkaException cause) {
        if (!(state instanceof Negotiating negotiating)) {
            end(cause);
        } else if (untried.isEmpty()) {
            end(cause instanceof RequestTimeoutException ? NetFailures.setupTimedOut(address, state.stage()) : cause);
        } else {
            refusals.add(negotiating.ip().getHostAddress() + ": " + cause.getMessage());
            tryNext(cause);
        }
    }

    @Override
    public void cancel() {
        end(NetFailures.cancelled(address));
    }

    private void end(KafkaException cause) {
        State last = state;
        if (last instanceof Ended) {
            return;
        }
        state = new Ended();
        deadlineTimer.cancel();
        cancelShareTimer();
        if (last instanceof Opening opening) {
            opening.channel().close();
        } else if (last instanceof Securing securing) {
            securing.channel().close();
        } else if (last instanceof Negotiating negotiating) {
            negotiating.connection().close(cause);
        } else if (last instanceof Ready ready) {
            ready.connection().close(cause);
        }
        listener.onClosed(cause);
    }

    private void cancelShareTimer() {
        if (shareTimer != null) {
            shareTimer.cancel();
            shareTimer = null;
        }
    }
}
