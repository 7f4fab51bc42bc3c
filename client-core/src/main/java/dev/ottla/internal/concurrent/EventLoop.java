package dev.ottla.internal.concurrent;

import java.util.concurrent.Executor;

/**
 * One thread that owns connections and the state machines above them. Everything {@link EventLoopConfined} belongs to
 * exactly one loop. Implemented over Netty's event loops, and by a simulation that runs all loops in one thread on a
 * virtual clock.
 */
@ThreadSafe
public interface EventLoop extends Executor, NanoClock {

    /** Whether the calling thread is this loop's thread. */
    boolean inEventLoop();

    /** Runs the task on the loop, after those handed over before it. Never runs it inline, so order is kept. */
    @Override
    void execute(Runnable task);

    /** Runs the task on the loop once, not earlier than {@code delayNanos} from now. */
    Timer schedule(Runnable task, long delayNanos);

    /** A task that was scheduled. */
    @ThreadSafe
    @FunctionalInterface
    interface Timer {

        /** Prevents the task from running if it has not started; called from the loop, it then never runs. */
        void cancel();
    }
}
