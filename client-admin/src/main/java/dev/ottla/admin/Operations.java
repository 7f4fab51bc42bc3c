package dev.ottla.admin;

import dev.ottla.admin.internal.Calls;
import dev.ottla.admin.internal.CoordinatorLocator;
import dev.ottla.admin.internal.Deadline;
import dev.ottla.admin.internal.Fanout;
import dev.ottla.admin.internal.FixedLocator;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.admin.internal.LeaderLocator;
import dev.ottla.admin.internal.Locator;
import dev.ottla.admin.internal.NodeLocator;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;

/**
 * The ways in which operations go out, one method for each kind of destination; the resources' classes are written in terms of
 * these. An operation of several steps makes one {@link Deadline} and hands it to each.
 */
@ThreadSafe
record Operations(Calls calls, Duration timeout) {

    /** The time for one operation that begins now. */
    Deadline deadline() {
        return Deadline.after(timeout, calls.loop());
    }

    /** All items in one request to the controller. */
    <K, V, R extends ResponseMessage> CompletableFuture<Results<K, V>> toController(
            Collection<K> keys, KeyedRequest<K, V, R> request) {
        return send(keys, request, FixedLocator.controller(calls), deadline());
    }

    /** All items in one request to any broker. */
    <K, V, R extends ResponseMessage> CompletableFuture<Results<K, V>> toAnyBroker(
            Collection<K> keys, KeyedRequest<K, V, R> request) {
        return send(keys, request, FixedLocator.any(calls), deadline());
    }

    /** One request to each of these brokers. */
    <V, R extends ResponseMessage> CompletableFuture<Results<Integer, V>> toBrokers(
            Collection<Integer> nodeIds, KeyedRequest<Integer, V, R> request, Deadline deadline) {
        return send(nodeIds, request, new NodeLocator(), deadline);
    }

    /** One request to each broker that leads some of the partitions. */
    <V, R extends ResponseMessage> CompletableFuture<Results<TopicPartition, V>> toLeaders(
            Collection<TopicPartition> partitions, KeyedRequest<TopicPartition, V, R> request, Deadline deadline) {
        return send(partitions, request, new LeaderLocator(calls), deadline);
    }

    /** One request to each broker that coordinates some of the groups. */
    <V, R extends ResponseMessage> CompletableFuture<Results<String, V>> toGroupCoordinators(
            Collection<String> groupIds, KeyedRequest<String, V, R> request, Deadline deadline) {
        return send(groupIds, request, groupCoordinators(), deadline);
    }

    /** For a request that wants to know who the coordinators are. */
    CoordinatorLocator groupCoordinators() {
        return new CoordinatorLocator(calls, CoordinatorKey.Type.GROUP);
    }

    /** The items to wherever the locator says. */
    <K, V, R extends ResponseMessage> CompletableFuture<Results<K, V>> send(
            Collection<K> keys, KeyedRequest<K, V, R> request, Locator<K> locator, Deadline deadline) {
        return Fanout.start(calls, request, locator, deadline, List.copyOf(keys))
                .thenApply(Results::of);
    }

    /** A read that is not about items: any broker answers it, for the cluster as a whole. */
    <R extends ResponseMessage> CompletableFuture<R> read(
            RequestMessage<R> request, ToIntFunction<R> errorCode, Deadline deadline) {
        CompletableFuture<R> future = new CompletableFuture<>();
        calls.onClose(future, future::completeExceptionally);
        if (future.isDone()) {
            return future;
        }
        calls.call(new Call<>(
                        Route.ANY,
                        request,
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.of((short) errorCode.applyAsInt(response)),
                        deadline.remaining(),
                        (int) Math.min(Integer.MAX_VALUE, calls.retriesMax() + 1L)))
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        future.completeExceptionally(failure);
                    } else if (errorCode.applyAsInt(response) != ErrorCode.NONE.code()) {
                        future.completeExceptionally(ErrorDetails.ofCode((short) errorCode.applyAsInt(response))
                                .api(request.apiKey().toString())
                                .toException());
                    } else {
                        future.complete(response);
                    }
                });
        return future;
    }
}
