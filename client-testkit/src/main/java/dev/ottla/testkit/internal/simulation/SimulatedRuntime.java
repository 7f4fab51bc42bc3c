package dev.ottla.testkit.internal.simulation;

import dev.ottla.config.ClientOptions;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.internal.net.ConnectionSecurity;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.HostResolver;
import dev.ottla.internal.net.NettyConnector;
import dev.ottla.internal.net.NettyEventLoop;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * What a client of a run gets instead of the machine's threads, clocks and sockets. Its loops, like everything, belong to the
 * run's one thread.
 */
@Confined
public final class SimulatedRuntime implements ClientRuntime {
    private final Scheduler scheduler;
    private final WallClock wallClock;
    /** Knows to the byte what was not given back; so Netty need not look for leaks. */
    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true, true);

    private final List<VirtualLoop> virtualLoops = new ArrayList<>();
    private final List<EventLoop> loops = new ArrayList<>();
    private final Connector connector;
    private int nextLoop;
    private boolean isKilled;

    /** A runtime with as many loops as the options say. */
    SimulatedRuntime(
            Scheduler scheduler,
            SimulatedNetwork network,
            WallClock wallClock,
            ClientRecorder recorder,
            ClientOptions options) {
        this.scheduler = scheduler;
        this.wallClock = wallClock;
        for (int i = 0; i < options.ioThreads(); i++) {
            VirtualLoop loop =
                    new VirtualLoop(scheduler, ClientRecorder.loopName(options.clientId(), i), recorder::onTask);
            virtualLoops.add(loop);
            loops.add(new NettyEventLoop(loop));
        }
        this.connector = new NettyConnector(
                options,
                () -> new SimulatedChannel(network, buffers),
                SimulatedRuntime::resolve,
                ConnectionSecurity.load(options.security(), Runnable::run));
    }

    /** As {@link HostResolver#resolve}. */
    private static CompletableFuture<List<InetAddress>> resolve(String host) {
        try {
            return CompletableFuture.completedFuture(List.of(SimulatedNetwork.resolve(host)));
        } catch (UnknownHostException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether its process was killed. */
    boolean isKilled() {
        return isKilled;
    }

    /** How many bytes of the buffers of its connections are in use. */
    long bufferBytes() {
        return buffers.metric().usedDirectMemory() + buffers.metric().usedHeapMemory();
    }

    List<VirtualLoop> loops() {
        return virtualLoops;
    }

    /** Its process is no more: the loops stand still, and who waits in it never returns. */
    void kill() {
        isKilled = true;
        virtualLoops.forEach(loop -> loop.halt(true));
    }

    /** Opens connections over the simulated network. */
    public Connector connector() {
        return connector;
    }

    @Override
    public EventLoop homeLoop() {
        return loops.get(0);
    }

    @Override
    public EventLoop nextLoop() {
        return loops.get(nextLoop++ % loops.size());
    }

    @Override
    public boolean inEventLoop() {
        return loops.stream().anyMatch(EventLoop::inEventLoop);
    }

    @Override
    public WallClock wallClock() {
        return wallClock;
    }

    @Override
    public RandomGenerator newRandom() {
        return scheduler.newClientRandom();
    }

    /** Everything else goes on meanwhile, on the virtual clock. */
    @Override
    public <T> T await(CompletableFuture<T> future, long timeoutNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        // Who drives the run is not of this process, and may clear up after it.
        boolean mayDie = scheduler.isInStep();
        boolean isInTime = scheduler.run(() -> future.isDone() || (mayDie && isKilled), timeoutNanos);
        if (mayDie && isKilled) {
            throw new ProcessKilled();
        } else if (!isInTime) {
            throw new TimeoutException();
        }
        return future.get();
    }
}
