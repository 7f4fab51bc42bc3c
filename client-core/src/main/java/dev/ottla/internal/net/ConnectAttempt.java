package dev.ottla.internal.net;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
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
 * One attempt to get a ready connection: resolve the host, try each of its addresses until one accepts, negotiate versions.
 * Made by the {@link NettyConnector}, owned by the loop that the connection will live on. Until the connection is ready the
 * attempt stands between it and the listener, so that the listener hears of one end only.
 */
@EventLoopConfined
final class ConnectAttempt implements Connector.Attempt, ConnectionListener {
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final BrokerAddress address;
    private final ClientOptions options;
    private final ConnectionListener listener;
    private final long deadlineNanos;
    private final EventLoop.Timer deadlineTimer;
    private final Deque<InetAddress> untried = new ArrayDeque<>();
    private final List<String> refusals = new ArrayList<>();

    private @Nullable NettyConnection connection;
    private @Nullable Channel connecting;
    private String stage = "resolving its host name";
    private boolean ended;

    ConnectAttempt(
            EventLoop loop,
            Bootstrap bootstrap,
            BrokerAddress address,
            ClientOptions options,
            long setupTimeoutNanos,
            ConnectionListener listener) {
        this.loop = loop;
        this.bootstrap = bootstrap;
        this.address = address;
        this.options = options;
        this.listener = listener;
        this.deadlineNanos = loop.nanoTime() + setupTimeoutNanos;
        this.deadlineTimer = loop.schedule(this::onDeadline, setupTimeoutNanos);
    }

    void start(HostResolver resolver) {
        resolver.resolve(address.host())
                .whenComplete((addresses, failure) -> loop.execute(() -> onResolved(addresses, failure)));
    }

    private void onResolved(@Nullable List<InetAddress> addresses, @Nullable Throwable failure) {
        if (ended) {
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
        InetAddress next = untried.pollFirst();
        if (next == null) {
            end(NetFailures.notConnected(address, refusals, lastFailure));
            return;
        }
        stage = "opening a TCP connection to " + next.getHostAddress();
        ChannelFuture connected =
                bootstrap.clone().handler(initializer()).connect(new InetSocketAddress(next, address.port()));
        connecting = connected.channel();
        connected.addListener(done -> onConnected(next, connected));
        limitToShareOfTime(connected);
    }

    /** An address that swallows packets may not use up the time of those after it. */
    private void limitToShareOfTime(ChannelFuture connected) {
        if (!untried.isEmpty()) {
            long remainingNanos = deadlineNanos - loop.nanoTime();
            EventLoop.Timer limit =
                    loop.schedule(() -> connected.channel().close(), remainingNanos / (untried.size() + 1));
            connected.addListener(done -> limit.cancel());
        }
    }

    private void onConnected(InetAddress tried, ChannelFuture connected) {
        connecting = null;
        if (ended) {
            connected.channel().close();
        } else if (!connected.isSuccess()) {
            Throwable cause = connected.cause();
            refusals.add(tried.getHostAddress() + ": " + NetFailures.reason(cause));
            tryNext(cause);
        } else {
            stage = "waiting for its answer to ApiVersions";
            NettyConnection opened = new NettyConnection(loop, connected.channel(), address, options, this);
            connection = opened;
            connected.channel().pipeline().addLast(opened);
            // What the peer sends must not be read before someone listens.
            connected.channel().config().setAutoRead(true);
            new VersionNegotiation(opened, address, deadlineNanos - loop.nanoTime()).start();
        }
    }

    private ChannelHandler initializer() {
        int maxFrameBytes = options.maxFrameBytes().toIntExact();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.config().setAutoRead(false);
                channel.pipeline().addLast(new FrameDecoder(address, maxFrameBytes));
            }
        };
    }

    private void onDeadline() {
        end(NetFailures.setupTimedOut(address, stage));
    }

    @Override
    public void onReady(BrokerConnection ready) {
        deadlineTimer.cancel();
        listener.onReady(ready);
    }

    @Override
    public void onIdle(BrokerConnection idle, KafkaException cause) {
        listener.onIdle(idle, cause);
    }

    @Override
    public void onClosed(KafkaException cause) {
        end(cause);
    }

    @Override
    public void cancel() {
        end(NetFailures.cancelled(address));
    }

    private void end(KafkaException cause) {
        if (ended) {
            return;
        }
        ended = true;
        deadlineTimer.cancel();
        if (connecting != null) {
            connecting.close();
        }
        if (connection != null) {
            connection.close(cause);
        }
        listener.onClosed(cause);
    }
}
