package dev.ottla.internal.cluster;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.ResponseMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One {@link Call} on its way: finds the broker, sends, and tries again with backoff until there is an answer or the time is
 * up. Made by {@link Cluster}, owned by the home loop, where its future completes.
 */
@EventLoopConfined
final class RoutedCall<R extends ResponseMessage> {

    /** What a call needs of the cluster, on the home loop. */
    interface Routing {
        /** The broker that the route leads to now, or a failure if that can't be told now. */
        CompletableFuture<Broker> resolve(Route route);

        /** The broker was wrong, or could not be reached: look again before the next attempt. */
        void onMisrouted(Route route, @Nullable Broker broker, ErrorCode error);
    }

    private final Call<R> call;
    private final EventLoop loop;
    private final ClientOptions options;
    private final ExponentialBackoff backoff;
    private final Routing routing;
    private final CompletableFuture<R> future = new CompletableFuture<>();

    private EventLoop.@Nullable Timer deadlineTimer;
    private EventLoop.@Nullable Timer backoffTimer;
    private @Nullable CompletableFuture<R> underWay;
    private @Nullable KafkaException lastFailure;
    private int attempts;

    /** Whether an attempt may have been executed without our knowing its outcome. */
    private boolean inDoubt;

    RoutedCall(Call<R> call, EventLoop loop, ClientOptions options, ExponentialBackoff backoff, Routing routing) {
        this.call = call;
        this.loop = loop;
        this.options = options;
        this.backoff = backoff;
        this.routing = routing;
    }

    CompletableFuture<R> start() {
        assert loop.inEventLoop();
        // Saturates, where Duration.toNanos would overflow.
        deadlineTimer = loop.schedule(this::onDeadline, TimeUnit.NANOSECONDS.convert(call.timeout()));
        future.whenComplete((response, failure) -> release());
        attempt();
        return future;
    }

    private void attempt() {
        backoffTimer = null;
        attempts++;
        routing.resolve(call.route()).whenComplete((broker, failure) -> {
            if (future.isDone()) {
                return;
            }
            if (failure != null) {
                onUnroutable(ClusterFailures.of(failure));
            } else {
                send(broker);
            }
        });
    }

    private void onUnroutable(KafkaException failure) {
        if (ClusterFailures.isPermanent(failure)) {
            end(failure);
        } else {
            routing.onMisrouted(call.route(), null, ErrorCode.NONE);
            retry(failure);
        }
    }

    private void send(Broker broker) {
        boolean wasInDoubt = inDoubt;
        inDoubt = true;
        CompletableFuture<R> answer =
                broker.send(call.request(), options.requestTimeout().toNanos());
        underWay = answer;
        answer.whenComplete((response, failure) -> loop.execute(() -> {
            if (future.isDone()) {
                return;
            }
            underWay = null;
            if (failure == null) {
                inDoubt = wasInDoubt;
                onResponse(broker, response);
            } else {
                onFailure(broker, ClusterFailures.transmission(failure), ClusterFailures.of(failure), wasInDoubt);
            }
        }));
    }

    private void onResponse(Broker broker, R response) {
        ErrorCode error;
        try {
            error = call.errorOf().apply(response);
        } catch (RuntimeException e) {
            end(ClusterFailures.senselessAnswer(call.request().apiKey(), broker.nodeId(), attempts, e));
            return;
        }
        if (error.isRetriable()) {
            routing.onMisrouted(call.route(), broker, error);
            retry(ClusterFailures.answered(call.request().apiKey(), broker.nodeId(), attempts, error));
        } else {
            future.complete(response);
        }
    }

    private void onFailure(Broker broker, Transmission transmission, KafkaException failure, boolean wasInDoubt) {
        inDoubt = wasInDoubt;
        if (transmission == Transmission.POSSIBLY_SENT) {
            inDoubt = true;
            call.onDoubt().run();
        }
        if (ClusterFailures.isPermanent(failure)) {
            end(failure);
        } else if (inDoubt && call.retrySafety() == RetrySafety.ONCE) {
            end(ClusterFailures.outcomeUnknown(call.request().apiKey(), broker.nodeId(), attempts, failure));
        } else {
            routing.onMisrouted(call.route(), broker, ErrorCode.NONE);
            retry(failure);
        }
    }

    private void retry(KafkaException failure) {
        if (attempts >= call.attemptsMax()) {
            end(failure);
            return;
        }
        lastFailure = failure;
        backoffTimer = loop.schedule(this::attempt, backoff.delayNanos(attempts));
    }

    private void onDeadline() {
        end(ClusterFailures.callTimedOut(
                call.request().apiKey(), call.route(), call.timeout(), attempts, inDoubt, lastFailure));
    }

    /** The client is closing; what is under way may still be done. */
    void close(KafkaException cause) {
        end(
                inDoubt
                        ? ClusterFailures.closedInDoubt(call.request().apiKey(), call.retrySafety(), attempts, cause)
                        : cause);
    }

    private void end(KafkaException cause) {
        future.completeExceptionally(cause);
    }

    /** However the call ended, also if its caller has cancelled it: a request that still waits is not sent any more. */
    private void release() {
        CompletableFuture<R> answer = underWay;
        if (answer != null) {
            answer.cancel(false);
        }
        if (deadlineTimer != null) {
            deadlineTimer.cancel();
        }
        if (backoffTimer != null) {
            backoffTimer.cancel();
        }
    }
}
