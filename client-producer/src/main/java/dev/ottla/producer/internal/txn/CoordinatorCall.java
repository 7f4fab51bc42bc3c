package dev.ottla.producer.internal.txn;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One question to a coordinator, asked again until there is an answer or the time is up. Unlike the cluster's own repetition, it
 * tells when an attempt was lost that may still be carried out: an EndTxn that comes late can end the next transaction, unless
 * that has another epoch (KAFKA-17754). Made by {@link CoordinatorCalls}, on the home loop.
 */
@EventLoopConfined
final class CoordinatorCall<R extends ResponseMessage> {
    private final Cluster cluster;
    private final EventLoop loop;
    private final Route route;
    private final RequestMessage<R> request;
    private final Function<R, ErrorCode> errorOf;
    private final String transactionalId;
    private final long deadlineNanos;
    private final ExponentialBackoff backoff;
    private final Runnable onDoubt;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private int attempts;

    CoordinatorCall(
            Cluster cluster,
            TransactionOptions options,
            Route route,
            RequestMessage<R> request,
            Function<R, ErrorCode> errorOf,
            Runnable onDoubt) {
        this.cluster = cluster;
        this.loop = cluster.homeLoop();
        this.route = route;
        this.request = request;
        this.errorOf = errorOf;
        this.onDoubt = onDoubt;
        this.transactionalId = options.transactionalId();
        this.deadlineNanos = loop.nanoTime() + options.maxBlock().toNanos();
        this.backoff = new ExponentialBackoff(
                options.client().retryBackoff(),
                options.client().retryBackoffMax(),
                cluster.runtime().newRandom());
    }

    /** Completes on the home loop with an answer without error, or fails with a {@link KafkaException}. */
    CompletableFuture<R> start() {
        attempt();
        return result;
    }

    private void attempt() {
        attempts++;
        long remainingNanos = Math.max(1, deadlineNanos - loop.nanoTime());
        cluster.call(new Call<>(route, request, RetrySafety.ONCE, errorOf, Duration.ofNanos(remainingNanos)))
                .whenComplete(this::onEnded);
    }

    private void onEnded(@Nullable R response, @Nullable Throwable failure) {
        if (response == null) {
            onFailure(ClusterFailures.of(failure == null ? new IllegalStateException("no result") : failure));
            return;
        }
        ErrorCode code = errorOf.apply(response);
        if (code == ErrorCode.NONE) {
            result.complete(response);
        } else {
            onFailure(TransactionFailures.answered(request.apiKey(), code, transactionalId, attempts));
        }
    }

    private void onFailure(KafkaException failure) {
        boolean isInDoubt = failure.outcome() == Outcome.UNKNOWN;
        if (isInDoubt) {
            onDoubt.run();
        }
        long delayNanos = backoff.delayNanos(attempts);
        if (isInDoubt && !ClusterFailures.isPermanent(failure) && loop.nanoTime() + delayNanos - deadlineNanos < 0) {
            loop.schedule(this::attempt, delayNanos);
        } else {
            result.completeExceptionally(failure);
        }
    }
}
