package dev.ottla.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that differs between a live client and a simulated one: its event loops, clocks and source of chance.
 * Nothing else in the client starts a thread, reads a clock or draws a random number.
 */
@ThreadSafe
public interface ClientRuntime {

    /** The loop that owns the cluster's state: metadata, coordinators, groups. */
    EventLoop homeLoop();

    /** The loop for one more broker, in turn. */
    EventLoop nextLoop();

    /** A loop that the threads of the application run themselves while they wait; null where that can't be. Whoever asked ends it. */
    default @Nullable LendableLoop newLendableLoop() {
        return null;
    }

    /**
     * Whether the calling thread is one of the loops' threads, or runs one on loan at the moment, and so must not wait for what
     * another of them has to do.
     */
    default boolean inEventLoop() {
        return homeLoop().inEventLoop();
    }

    /** The clock for record timestamps. */
    WallClock wallClock();

    /** A new generator for one owner, seeded from this runtime's own source, so that a simulation repeats. */
    RandomGenerator newRandom();

    /**
     * Threads for what must not run on a loop, as many as are in use and at most this many; whoever asked shuts them down.
     *
     * @throws UnsupportedOperationException if everything has to run in one thread, as in a simulation
     */
    default ExecutorService newWorkers(String name, int countMax) {
        throw new UnsupportedOperationException("this runtime has no threads besides its loops");
    }

    /**
     * How a thread of the application waits for what the loops bring to its end; never called on a loop. A simulation has no
     * other thread that could go on meanwhile, so it goes on itself.
     */
    default <T> T await(CompletableFuture<T> future, long timeoutNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Ends the loops; what was handed over before still runs. Waits for that at most this long, on a loop not at all. A runtime
     * that has no threads of its own has nothing to end.
     */
    default void close(Duration timeout) {}
}
