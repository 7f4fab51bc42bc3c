package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.TimeUnit;

/** One of Netty's event loops, as the rest of the client sees it. */
@ThreadSafe
final class NettyEventLoop implements EventLoop {
    private final io.netty.channel.EventLoop netty;

    NettyEventLoop(io.netty.channel.EventLoop netty) {
        this.netty = netty;
    }

    io.netty.channel.EventLoop netty() {
        return netty;
    }

    @Override
    public boolean inEventLoop() {
        return netty.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        netty.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        var scheduled = netty.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long nanoTime() {
        return netty.ticker().nanoTime();
    }
}
