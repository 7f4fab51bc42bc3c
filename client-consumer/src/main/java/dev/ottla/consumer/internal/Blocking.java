package dev.ottla.consumer.internal;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** How a thread of the application asks the home loop for something and waits for it; holds no lock meanwhile. */
@ThreadSafe
final class Blocking {
    /** Whoever is asked keeps the deadline by himself; this is for the way back. */
    private static final long SLACK_NANOS = Duration.ofSeconds(5).toNanos();

    private final ClientRuntime runtime;
    private final EventLoop home;

    Blocking(ClientRuntime runtime) {
        this.runtime = runtime;
        this.home = runtime.homeLoop();
    }

    /** Not on the loop that would have to do the work. */
    boolean mayBlock() {
        return !home.inEventLoop();
    }

    void checkMayBlock() {
        if (!mayBlock()) {
            throw new IllegalStateException("this call would block the event loop that it waits for: call it on another"
                    + " thread, for instance with thenAcceptAsync");
        }
    }

    /** Has the home loop do this; the future that comes of it, or one that fails if the loop has ended. */
    <T> CompletableFuture<T> onHome(Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            home.execute(() -> task.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            }));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new ClosedException("The KafkaClient of this consumer is closed.", e));
        }
        return result;
    }

    /** The future's value, or what it failed with. */
    <T> T await(CompletableFuture<T> future, Duration timeout, String what) {
        checkMayBlock();
        try {
            return runtime.await(future, timeout.toNanos() + SLACK_NANOS);
        } catch (ExecutionException e) {
            throw ClusterFailures.of(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new RequestTimeoutException(
                    what + " did not end within " + timeout.toMillis() + " ms.",
                    ErrorDetails.builder().outcome(Outcome.UNKNOWN).build(),
                    e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** Waits until the future is done, whatever it says, or the time is up. */
    void awaitQuietly(CompletableFuture<?> future, Duration timeout) {
        try {
            runtime.await(future, Math.max(1, TimeUnit.NANOSECONDS.convert(timeout)));
        } catch (ExecutionException | TimeoutException e) {
            // Who closes or revokes goes on all the same; the failure has been logged where it arose.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the interrupt flag. */
    static RetriableException interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new RetriableException(
                what + " was interrupted; the thread's interrupt flag is set.",
                ErrorDetails.builder().outcome(Outcome.UNKNOWN).build(),
                cause);
    }
}
