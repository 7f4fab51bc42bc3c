package dev.ottla.consumer.internal.work;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * How the thread that gives partitions up waits: as {@link dev.ottla.internal.concurrent.ClientRuntime#await}. Called by
 * {@link WorkBoard}, which holds no lock meanwhile.
 */
@ThreadSafe
@FunctionalInterface
public interface Waiting {

    /** Returns when the future has completed. */
    Void await(CompletableFuture<Void> future, long timeoutNanos)
            throws InterruptedException, ExecutionException, TimeoutException;

    /** Returns when the future, which nobody fails, has completed, or the time is up. */
    default void awaitQuietly(CompletableFuture<Void> future, long timeoutNanos) throws InterruptedException {
        try {
            var unused = await(future, timeoutNanos);
        } catch (TimeoutException e) {
            // Who waits looks at the clock itself.
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the future failed", e);
        }
    }
}
