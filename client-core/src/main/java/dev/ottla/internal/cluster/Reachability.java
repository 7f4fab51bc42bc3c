package dev.ottla.internal.cluster;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Who waits for the cluster to be found, each until a deadline of his own; nothing is kept of those who have given up. Owned
 * by the home loop; called by {@link ClusterState}.
 */
@EventLoopConfined
final class Reachability {

    private record Waiter(CompletableFuture<Void> reachable, long deadlineNanos, EventLoop.Timer deadline) {}

    private final EventLoop loop;
    private final Supplier<KafkaException> whyNotFound;
    private final BiConsumer<CompletableFuture<Void>, Long> probe;
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private boolean isFound;

    /** {@code probe} goes on, in the nanoseconds that are left, when the cluster has been found. */
    Reachability(
            EventLoop loop, Supplier<KafkaException> whyNotFound, BiConsumer<CompletableFuture<Void>, Long> probe) {
        this.loop = loop;
        this.whyNotFound = whyNotFound;
        this.probe = probe;
    }

    void await(CompletableFuture<Void> reachable, long timeoutNanos) {
        if (isFound) {
            probe.accept(reachable, timeoutNanos);
            return;
        }
        EventLoop.Timer deadline = loop.schedule(() -> onDeadline(reachable), timeoutNanos);
        waiters.add(new Waiter(reachable, loop.nanoTime() + timeoutNanos, deadline));
    }

    private void onDeadline(CompletableFuture<Void> reachable) {
        waiters.removeIf(waiter -> waiter.reachable() == reachable);
        reachable.completeExceptionally(whyNotFound.get());
    }

    /** A broker has described the cluster. */
    void onFound() {
        isFound = true;
        for (Waiter waiter : takeAll()) {
            probe.accept(waiter.reachable(), Math.max(1, waiter.deadlineNanos() - loop.nanoTime()));
        }
    }

    /** Nobody need wait any longer: it can't be found. */
    void fail(KafkaException cause) {
        takeAll().forEach(waiter -> waiter.reachable().completeExceptionally(cause));
    }

    private List<Waiter> takeAll() {
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        all.forEach(waiter -> waiter.deadline().cancel());
        return all;
    }
}
