package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One of Netty's event loops, as the rest of the client sees it. What is handed over after the loop has ended runs on the one
 * thread on which Netty tells of ended loops, in order and never beside the loop's own last tasks: so whoever uses a closed
 * client still hears that it is closed, instead of nothing.
 */
@ThreadSafe
public sealed class NettyEventLoop implements EventLoop permits LendableNettyLoop {
    private final io.netty.channel.EventLoop netty;

    /** The view of one loop; the loop is ended by whoever started it. */
    public NettyEventLoop(io.netty.channel.EventLoop netty) {
        this.netty = netty;
    }

    io.netty.channel.EventLoop netty() {
        return netty;
    }

    @Override
    public boolean inEventLoop() {
        return netty.inEventLoop() || (netty.isTerminated() && GlobalEventExecutor.INSTANCE.inEventLoop());
    }

    @Override
    public void execute(Runnable task) {
        try {
            netty.execute(task);
        } catch (RejectedExecutionException ended) {
            netty.terminationFuture().addListener(terminated -> task.run());
        }
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Future<?> scheduled = netty.isTerminated()
                ? GlobalEventExecutor.INSTANCE.schedule(task, delayNanos, TimeUnit.NANOSECONDS)
                : netty.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long nanoTime() {
        return netty.ticker().nanoTime();
    }
}
