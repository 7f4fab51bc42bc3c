package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of Netty's event loops without a thread: each task is a step of the {@link Scheduler}, timers fall due on the virtual
 * clock. Everything of the real client that belongs to a loop runs on it unchanged. It never ends; its run does.
 */
@EventLoopConfined
public final class VirtualLoop extends AbstractScheduledEventExecutor implements EventLoop, Actor {
    /** Told how long each task took, by the virtual clock. */
    @FunctionalInterface
    interface Watch {
        void onTask(VirtualLoop loop, long nanos);
    }

    private final Scheduler scheduler;
    private final String name;
    private final Watch watch;
    private final Ticker ticker;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Promise<Void> termination = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
    private boolean isHalted;

    /** A loop of this run. */
    VirtualLoop(Scheduler scheduler, String name, Watch watch) {
        this.scheduler = scheduler;
        this.name = name;
        this.watch = watch;
        this.ticker = scheduler.ticker();
        scheduler.add(this);
    }

    @Override
    public String name() {
        return name;
    }

    /** Stands still, or goes on where it was. */
    void halt(boolean stands) {
        isHalted = stands;
    }

    boolean isHalted() {
        return isHalted;
    }

    @Override
    public long readyAtNanos() {
        if (isHalted) {
            return NEVER;
        }
        if (!tasks.isEmpty()) {
            return scheduler.nanoTime();
        }
        long deadlineNanos = nextScheduledTaskDeadlineNanos();
        return deadlineNanos < 0 ? NEVER : deadlineNanos;
    }

    @Override
    public void step() {
        scheduler.runOn(this, this::runOne);
    }

    private void runOne() {
        fetchFromScheduledTaskQueue(tasks);
        Runnable task = tasks.poll();
        if (task != null) {
            long beganNanos = scheduler.nanoTime();
            task.run();
            watch.onTask(this, scheduler.nanoTime() - beganNanos);
        }
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean inEventLoop() {
        return scheduler.current() == this;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return inEventLoop();
    }

    @Override
    public EventLoop next() {
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Netty's own loops without a group answer null as well
    public @Nullable EventLoopGroup parent() {
        return null;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException("a simulated loop ends with its run");
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return termination;
    }

    @Override
    public Future<?> terminationFuture() {
        return termination;
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    @Override
    public String toString() {
        return name;
    }
}
