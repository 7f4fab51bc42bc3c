package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy before one broker that understands where Kafka's requests and responses begin and end, and disturbs them as it is
 * told ({@link Fault}). Any client can connect through it; it changes nothing as long as there is no rule.
 *
 * <pre>{@code
 * try (RealKafka kafka = RealKafka.builder().behindProxies().start()) {
 *     FaultRule lost = kafka.proxy(1).install(Fault.swallow().responses().api("Produce").times(1));
 *     send();
 *     lost.awaitHits(1, Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>All connections of a proxy are on one thread, which decides about frames in the order in which they arrive; rules do their
 * part in the order in which they were installed. A broker that can't be reached shows as a reset right after the connection
 * was accepted. Thread-safe; methods that change something block until it has begun, a few milliseconds at most.
 */
public final class FaultProxy implements AutoCloseable {
    private static final long LOOP_TIMEOUT_SECONDS = 10;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
    private final InetSocketAddress broker;
    private final Channel acceptor;
    private final int port;
    private final List<FaultRule> rules = new CopyOnWriteArrayList<>();
    private final Map<Seen, LongAdder> seen = new ConcurrentHashMap<>();

    /** Of the event loop. */
    private final Set<Tunnel> tunnels = new LinkedHashSet<>();

    private int accepted;

    private FaultProxy(InetSocketAddress broker) {
        this.broker = broker;
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new Acceptor())
                .bind(InetAddress.getLoopbackAddress(), 0)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IllegalStateException("a proxy found no port to listen on", bound.cause());
        }
        this.acceptor = bound.channel();
        this.port = ((InetSocketAddress) acceptor.localAddress()).getPort();
    }

    /**
     * Starts a proxy on a free port of 127.0.0.1. The broker must tell clients the proxy's address instead of its own ({@code
     * advertised.listeners}), or they connect past it; it need not run yet.
     */
    public static FaultProxy before(String brokerHost, int brokerPort) {
        return new FaultProxy(new InetSocketAddress(brokerHost, brokerPort));
    }

    /** Where clients connect, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Where clients connect, as {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Lets a fault happen from now on. It concerns the next frames, also those of connections that are there already. */
    public FaultRule install(Fault fault) {
        FaultRule rule = new FaultRule(this, fault);
        onLoop(() -> rules.add(rule));
        return rule;
    }

    /** Removes all rules, in the order in which they were installed. */
    public void removeAll() {
        rules.forEach(this::remove);
    }

    /** Ends all connections of now with a reset (RST), at once. */
    public void resetConnections() {
        onLoop(() -> List.copyOf(tunnels).forEach(Tunnel::reset));
    }

    /** The connections that there are, in the order in which they came. */
    public List<ProxiedConnection> connections() {
        List<ProxiedConnection> now = new CopyOnWriteArrayList<>();
        onLoop(() -> tunnels.forEach(tunnel -> now.add(tunnel.connection())));
        return List.copyOf(now);
    }

    /**
     * How many requests of an API, or responses to them, have reached the proxy, whatever became of them.
     *
     * @param api as in Kafka's protocol: {@code Produce}, {@code Fetch}, {@code OffsetCommit}, ...
     * @throws IllegalArgumentException if there is no such API
     */
    public long seen(Direction direction, String api) {
        LongAdder count = seen.get(new Seen(direction, ApiNames.parse(api)));
        return count == null ? 0 : count.sum();
    }

    /** Closes the port and all connections. Blocks until that is done. Calling it again does nothing. */
    @Override
    public void close() {
        if (!group.isShuttingDown()) {
            onLoop(() -> {
                acceptor.close();
                List.copyOf(tunnels).forEach(Tunnel::reset);
            });
            group.shutdownGracefully(0, LOOP_TIMEOUT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /** For people: the two addresses. */
    @Override
    public String toString() {
        return "proxy " + address() + " before " + broker.getHostString() + ":" + broker.getPort();
    }

    void remove(FaultRule rule) {
        if (group.isShuttingDown()) {
            return;
        }
        onLoop(() -> {
            if (rules.remove(rule)) {
                rule.effect().onRemoved();
                List.copyOf(tunnels).forEach(tunnel -> tunnel.onRuleRemoved(rule));
            }
        });
    }

    /** Runs something on the event loop, and returns when it has run. */
    void onLoop(Runnable task) {
        try {
            Future<?> done = group.submit(task);
            done.get(LOOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + this, e);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException(this + " is closed", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(this + " did not do as it was told", e);
        }
    }

    boolean isInstalled(FaultRule rule) {
        return rules.contains(rule);
    }

    List<FaultRule> rules() {
        return rules;
    }

    void wakeLanes() {
        List.copyOf(tunnels).forEach(Tunnel::wake);
    }

    void onSeen(Direction direction, @Nullable ApiKey api) {
        if (api != null) {
            seen.computeIfAbsent(new Seen(direction, api), key -> new LongAdder())
                    .increment();
        }
    }

    void onEnded(Tunnel tunnel, Lane requests, Lane responses) {
        tunnels.remove(tunnel);
        for (FaultRule rule : rules) {
            rule.effect().onLaneClosed(requests);
            rule.effect().onLaneClosed(responses);
        }
    }

    private void onAccepted(Channel client) {
        int number = ++accepted;
        new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(broker)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess() && client.isActive()) {
                        Tunnel tunnel = new Tunnel(this, number, client, connected.channel());
                        tunnels.add(tunnel);
                        tunnel.open();
                    } else {
                        Tunnel.reset(client);
                        Tunnel.reset(connected.channel());
                    }
                });
    }

    private record Seen(Direction direction, ApiKey api) {}

    /** First in the pipeline of each client's channel. */
    @ChannelHandler.Sharable
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            onAccepted(context.channel());
        }
    }
}
