package dev.ottla.testkit.internal.tcp;

import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.net.NettyEventLoop;
import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.internal.cluster.ModelCluster;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model cluster behind real sockets on 127.0.0.1: one thread that listens on a port per broker, and does the work of all of
 * them. Other threads reach the model through {@link #ask}.
 */
@ThreadSafe
public final class TcpCluster {
    private static final String HOST = "127.0.0.1";
    private static final int MAX_FRAME_BYTES = 100 * 1024 * 1024;

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final ModelCluster model;

    /** The port of each broker, for good: a broker that comes back is found where it was. */
    private final Map<Integer, Integer> ports = new TreeMap<>();

    /** Null while the broker is down; touched on the loop alone. */
    private final Map<Integer, @Nullable Channel> listening = new TreeMap<>();

    /** Starts all brokers; blocks until they listen. */
    public TcpCluster(ClusterOptions options) {
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("fake-kafka", true), NioIoHandler.newFactory());
        this.loop = group.next();
        this.model =
                new ModelCluster(new NettyEventLoop(loop), System::currentTimeMillis, new SplittableRandom(), options);
        for (int id = 1; id <= options.brokers(); id++) {
            int nodeId = id;
            Channel channel = bind(nodeId, 0);
            int port = ((InetSocketAddress) channel.localAddress()).getPort();
            ports.put(nodeId, port);
            ask(cluster -> {
                listening.put(nodeId, channel);
                cluster.advertise(nodeId, HOST, port);
                return nodeId;
            });
        }
    }

    private Channel bind(int nodeId, int port) {
        return bootstrap(nodeId).bind(HOST, port).syncUninterruptibly().channel();
    }

    private ServerBootstrap bootstrap(int nodeId) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(
                                        MAX_FRAME_BYTES, 0, Integer.BYTES, 0, Integer.BYTES))
                                .addLast(new TcpConnection(model.broker(nodeId)));
                    }
                });
    }

    /** The address of a broker, running or not. */
    public String address(int nodeId) {
        return HOST + ":" + ports.get(nodeId);
    }

    /** Does something to the model on its loop, and blocks until it is done. */
    public <T> T ask(Function<ModelCluster, T> question) {
        return loop.submit(() -> question.apply(model)).syncUninterruptibly().getNow();
    }

    /** Closes a broker's port and connections. */
    public void brokerDown(int nodeId) {
        ask(cluster -> {
                    Channel channel = listening.remove(nodeId);
                    cluster.brokerDown(nodeId);
                    return channel == null ? loop.newSucceededFuture(null) : channel.close();
                })
                .syncUninterruptibly();
    }

    /** Opens a broker's port again. */
    public void brokerUp(int nodeId) {
        if (ask(cluster -> listening.containsKey(nodeId))) {
            return;
        }
        Channel channel = bind(nodeId, ports.getOrDefault(nodeId, 0));
        ask(cluster -> {
            listening.put(nodeId, channel);
            cluster.brokerUp(nodeId);
            return nodeId;
        });
    }

    /** Ends all connections and the thread; blocks until it has ended. Calling it again waits for the same. */
    public void close() {
        if (!group.isShuttingDown()) {
            endConnections();
            var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        group.terminationFuture().syncUninterruptibly();
    }

    /** The thread may end without closing its channels, and then requests that wait would be lost. */
    private void endConnections() {
        try {
            ask(cluster -> {
                listening.values().stream().filter(Objects::nonNull).forEach(Channel::close);
                cluster.disconnectAll();
                return cluster;
            });
        } catch (RejectedExecutionException endedMeanwhile) {
            // Another thread has closed it.
        }
    }
}
