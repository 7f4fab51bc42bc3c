package dev.ottla.internal.net;

import dev.ottla.config.ClientOptions;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;

/**
 * Opens connections over Netty channels: sockets in production, whatever channel a simulation gives it otherwise. Thread-safe;
 * each connection belongs to the loop that asked for it.
 */
@ThreadSafe
public final class NettyConnector implements Connector {
    private final ClientOptions options;
    private final ChannelFactory<? extends Channel> channels;
    private final HostResolver resolver;
    private final ConnectionSecurity security;

    /** Connects channels of this kind, on loops that are {@link NettyEventLoop}s. */
    public NettyConnector(
            ClientOptions options,
            ChannelFactory<? extends Channel> channels,
            HostResolver resolver,
            ConnectionSecurity security) {
        this.options = options;
        this.channels = channels;
        this.resolver = resolver;
        this.security = security;
    }

    @Override
    public Attempt connect(EventLoop loop, BrokerAddress address, long setupTimeoutNanos, ConnectionListener listener) {
        assert loop.inEventLoop();
        ConnectAttempt attempt =
                new ConnectAttempt(loop, bootstrap(loop), address, options, security, setupTimeoutNanos, listener);
        attempt.start(resolver);
        return attempt;
    }

    private Bootstrap bootstrap(EventLoop loop) {
        Bootstrap bootstrap = new Bootstrap()
                .group(((NettyEventLoop) loop).netty())
                .channelFactory(channels)
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        options.sendBuffer().ifPresent(size -> bootstrap.option(ChannelOption.SO_SNDBUF, size.toIntExact()));
        options.receiveBuffer().ifPresent(size -> bootstrap.option(ChannelOption.SO_RCVBUF, size.toIntExact()));
        return bootstrap;
    }
}
