package dev.ottla.internal.net;

import dev.ottla.config.ClientOptions;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.concurrent.WallClock;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live client's threads, clocks, chance and sockets: the one adapter where those of the machine come in. Made and closed
 * by the {@code KafkaClient}; everything on it is thread-safe.
 */
@ThreadSafe
public final class NettyRuntime implements ClientRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(NettyRuntime.class);

    /** A name server that is silent holds up the names that it is asked for, not all others as well. */
    private static final int RESOLVER_THREADS = 4;

    /** Look-ups that may wait at once; more than a cluster's host names, and a bound all the same. */
    private static final int RESOLVER_QUEUE_LENGTH = 1024;

    /** Enough for the few handshakes that a client makes at once; each takes milliseconds. */
    private static final int HANDSHAKE_THREADS = 2;

    /** Parts of handshakes that may wait at once; more than a client has connections. */
    private static final int HANDSHAKE_QUEUE_LENGTH = 4096;

    private final SocketTransport transport;
    private final ThreadFactory ioThreads;
    private final EventLoopGroup group;
    private final List<EventLoop> loops;

    /** Those that have not ended yet. */
    private final Set<LendableIoEventLoop> lendable = ConcurrentHashMap.newKeySet();

    private final AtomicInteger nextLoop = new AtomicInteger();
    private final ExecutorService resolverThreads;
    private final ExecutorService handshakeThreads;
    private final Connector connector;
    private final AtomicLong nextSeed = new AtomicLong(new SplittableRandom().nextLong());

    /**
     * Reads the keys and certificates that the options name, then starts the event loops of one client; {@link #close} ends
     * them.
     *
     * @throws dev.ottla.errors.InvalidOptionsException if a key or certificate can't be used; nothing is started then
     */
    public NettyRuntime(ClientOptions options) {
        this.handshakeThreads =
                threads("kafka-" + options.clientId() + "-handshake", HANDSHAKE_THREADS, HANDSHAKE_QUEUE_LENGTH);
        ConnectionSecurity security = ConnectionSecurity.load(options.security(), handshakeThreads);
        this.transport = SocketTransport.best();
        this.ioThreads = new DefaultThreadFactory("kafka-" + options.clientId() + "-io", true);
        this.group = new MultiThreadIoEventLoopGroup(options.ioThreads(), ioThreads, transport.ioHandlerFactory());
        this.loops = new ArrayList<>(options.ioThreads());
        for (int i = 0; i < options.ioThreads(); i++) {
            loops.add(new NettyEventLoop(group.next()));
        }
        this.resolverThreads = threads("kafka-" + options.clientId() + "-dns", RESOLVER_THREADS, RESOLVER_QUEUE_LENGTH);
        this.connector = new NettyConnector(options, transport.channelFactory(), this::resolve, security);
    }

    /** Threads that are started when there is something to do, and end when there has been nothing for a while. */
    private static ExecutorService threads(String name, int count, int queueLength) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                count,
                count,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queueLength),
                new DefaultThreadFactory(name, true));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private CompletableFuture<List<InetAddress>> resolve(String host) {
        InetAddress literal = HostNames.literal(host);
        if (literal != null) {
            return CompletableFuture.completedFuture(List.of(literal));
        }
        try {
            return CompletableFuture.supplyAsync(() -> HostNames.allAddresses(host), resolverThreads);
        } catch (RejectedExecutionException closedOrFull) {
            return CompletableFuture.failedFuture(
                    new IOException("too many host names are being looked up, or the client is closed", closedOrFull));
        }
    }

    /** Opens this runtime's connections. */
    public Connector connector() {
        return connector;
    }

    @Override
    public EventLoop homeLoop() {
        return loops.get(0);
    }

    @Override
    public EventLoop nextLoop() {
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    @Override
    public @Nullable LendableLoop newLendableLoop() {
        if (!transport.isAnyThreadWelcome()) {
            return null;
        }
        LendableIoEventLoop loop = tryNewLendableLoop(ioThreads, transport.ioHandlerFactory());
        if (loop == null) {
            return null;
        }
        lendable.add(loop);
        loop.terminationFuture().addListener(ended -> lendable.remove(loop));
        if (group.isShuttingDown()) {
            end(loop);
        }
        return new LendableNettyLoop(loop);
    }

    /** Null if the machine does not give what a loop needs, such as file descriptors: who asks can do with the loops there are. */
    static @Nullable LendableIoEventLoop tryNewLendableLoop(ThreadFactory threads, IoHandlerFactory ioHandlers) {
        try {
            return new LendableIoEventLoop(threads, ioHandlers);
        } catch (RuntimeException e) {
            LOG.warn("A consumer fetches on the shared event loops, as it can't get one of its own: {}", e.toString());
            return null;
        }
    }

    @Override
    public WallClock wallClock() {
        return System::currentTimeMillis;
    }

    @Override
    public RandomGenerator newRandom() {
        return new SplittableRandom(nextSeed.getAndIncrement());
    }

    @Override
    public ExecutorService newWorkers(String name, int countMax) {
        return threads(name, countMax, Integer.MAX_VALUE);
    }

    @Override
    public boolean inEventLoop() {
        for (EventLoop loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return !lendable.isEmpty() && lendable.stream().anyMatch(EventExecutor::inEventLoop);
    }

    @Override
    public void close(Duration timeout) {
        shutdown();
        if (inEventLoop()) {
            return;
        }
        try {
            awaitTermination(timeout.toNanos());
        } catch (InterruptedException e) {
            // The threads end by themselves; who interrupts does not want to wait for them.
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the threads; returns at once. Tasks already handed over still run, later ones on the thread that
     * {@link NettyEventLoop} names.
     */
    public void shutdown() {
        resolverThreads.shutdownNow();
        handshakeThreads.shutdownNow();
        end(group);
        lendable.forEach(NettyRuntime::end);
    }

    /** Ends them after the tasks that they have; returns at once. */
    static void end(EventExecutorGroup threads) {
        var unused = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Waits until the threads have ended; returns whether they have. */
    public boolean awaitTermination(long timeoutNanos) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        boolean ended = group.awaitTermination(timeoutNanos, TimeUnit.NANOSECONDS);
        for (EventExecutorGroup loop : lendable) {
            ended &= loop.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return ended;
    }
}
