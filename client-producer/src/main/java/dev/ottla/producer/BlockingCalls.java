package dev.ottla.producer;

import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.producer.internal.ProducerFailures;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a user's thread waits for what happens on event loops: never on one of them, and ready to be interrupted. */
record BlockingCalls(ClientRuntime runtime) {
    private static final Logger LOG = LoggerFactory.getLogger(BlockingCalls.class);

    /** As good as without a limit: 146 years. */
    private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

    /** How much longer than its timeout a close waits for a loop to carry it out; a callback may keep the loop for ever. */
    private static final long CLOSE_GRACE_NANOS = Duration.ofMillis(200).toNanos();

    boolean isOnEventLoop() {
        return runtime.inEventLoop();
    }

    void refuseOnEventLoop(String method) {
        if (runtime.inEventLoop()) {
            throw new IllegalStateException(
                    method + " would wait for itself: it was called on an event loop, such as from a callback");
        }
    }

    /** Waits for as long as the operation takes, which bounds itself. */
    <T> T await(CompletableFuture<T> future, String forWhat) {
        try {
            return runtime.await(future, NEVER_NANOS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalStateException illegal) {
                throw illegal;
            }
            throw ClusterFailures.of(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProducerFailures.interruptedWhileWaiting(forWhat, e);
        } catch (TimeoutException e) {
            throw neverEnds(e);
        }
    }

    private static IllegalStateException neverEnds(TimeoutException e) {
        return new IllegalStateException("an operation that bounds itself has not ended", e);
    }

    /** Waits, whatever comes of it. */
    void awaitQuietly(CompletableFuture<?> future) {
        try {
            runtime.await(future.exceptionally(failure -> null), NEVER_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a failure was turned into a result before", e);
        } catch (TimeoutException e) {
            throw neverEnds(e);
        }
    }

    /**
     * Closes something that keeps to its timeout by itself. On an event loop it is begun only; elsewhere the caller waits, and
     * a little longer than the timeout, for the loop to carry it out.
     */
    void close(LongFunction<CompletableFuture<Void>> closing, long timeoutNanos, String what, String clientId) {
        long boundedNanos = Math.min(timeoutNanos, Long.MAX_VALUE - CLOSE_GRACE_NANOS);
        CompletableFuture<Void> closed = closing.apply(boundedNanos);
        if (runtime.inEventLoop()) {
            return;
        }
        try {
            runtime.await(closed, boundedNanos + CLOSE_GRACE_NANOS);
        } catch (InterruptedException e) {
            // The closing goes on without the caller, who has other things to do.
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("[{}] The {} could not be closed in time", clientId, what, e);
        }
    }
}
