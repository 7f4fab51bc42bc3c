package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.producer.internal.txn.LiveTransaction;
import dev.ottla.producer.internal.txn.TransactionFailures;
import dev.ottla.producer.internal.txn.TransactionGate;
import dev.ottla.producer.internal.txn.TransactionOptions;
import dev.ottla.producer.internal.txn.TransactionSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lends transactional ids to transactions, one each: a coordinator knows at most one transaction of an id. The first
 * transaction takes over all ids, so that none of a predecessor's transactions can be committed any more; one that finds all
 * of them in use waits. {@link #begin} and {@link #close} are for any thread, the state belongs to the home loop.
 */
final class TransactionPool<K, V> {

    /** One transactional id, with the producer whose records belong to its transactions. */
    static final class Slot<K, V> {
        private final RecordProducer<K, V> producer;
        private final TransactionSession session;

        private Slot(TransactionPool<K, V> pool, ProducerSetup<K, V> setup, TransactionOptions options, long bytes) {
            TransactionGate gate = new TransactionGate(setup.cluster().homeLoop());
            this.producer = new RecordProducer<>(setup, bytes, gate);
            this.session = new TransactionSession(
                    setup.cluster(), options, gate, producer.pipeline(), () -> pool.onIdle(this));
        }

        RecordProducer<K, V> producer() {
            return producer;
        }

        TransactionSession session() {
            return session;
        }
    }

    /** A transaction, and the id that it has until its end. */
    record Lease<K, V>(Slot<K, V> slot, LiveTransaction live) {}

    private final ProducerSetup<K, V> setup;
    private final Cluster cluster;
    private final EventLoop loop;
    private final int concurrentMax;
    private final long maxBlockNanos;

    // Home loop only.
    private final List<Slot<K, V>> slots = new ArrayList<>();
    private final ArrayDeque<Slot<K, V>> idle = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<Lease<K, V>>> waiting = new ArrayDeque<>();

    /** Those that have an id, which may have to get another epoch first. */
    private final List<CompletableFuture<Lease<K, V>>> beginning = new ArrayList<>();

    private boolean isTakingOver;
    private boolean isTakenOver;
    private @Nullable KafkaException failure;

    TransactionPool(ProducerSetup<K, V> setup, int concurrentMax) {
        this.setup = setup;
        this.cluster = setup.cluster();
        this.loop = cluster.homeLoop();
        this.concurrentMax = concurrentMax;
        this.maxBlockNanos = setup.options().maxBlock().toNanos();
    }

    /** Completes on the home loop with a transaction that has begun. */
    CompletableFuture<Lease<K, V>> begin() {
        CompletableFuture<Lease<K, V>> begun = new CompletableFuture<>();
        loop.execute(() -> onBegin(begun));
        return begun;
    }

    private void onBegin(CompletableFuture<Lease<K, V>> begun) {
        KafkaException isOver = failure;
        Slot<K, V> slot = idle.poll();
        if (isOver != null) {
            begun.completeExceptionally(isOver);
        } else if (!isTakenOver) {
            // Each question to a coordinator ends by itself, after max.block.ms at the latest.
            waiting.addLast(begun);
            takeOver();
        } else if (slot != null) {
            lend(slot, begun);
        } else {
            await(begun);
        }
    }

    private void takeOver() {
        if (isTakingOver) {
            return;
        }
        isTakingOver = true;
        while (slots.size() < concurrentMax) {
            slots.add(newSlot());
        }
        CompletableFuture<?>[] each =
                slots.stream().map(slot -> slot.session().takeOver()).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(each).whenComplete((done, notTakenOver) -> {
            isTakingOver = false;
            if (notTakenOver == null) {
                isTakenOver = true;
                slots.forEach(this::onIdle);
            } else {
                onNotTakenOver(ClusterFailures.of(notTakenOver));
            }
        });
    }

    /** Those who wait for it fail; the next one tries again, unless another producer has taken over. */
    private void onNotTakenOver(KafkaException cause) {
        for (Slot<K, V> slot : slots) {
            KafkaException isOver = slot.session().failure();
            failure = failure == null ? isOver : failure;
        }
        failWaiting(cause);
    }

    private void failWaiting(KafkaException cause) {
        List<CompletableFuture<Lease<K, V>>> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(begun -> begun.completeExceptionally(cause));
    }

    /** The first one has the id as it was given, so that to allow more at once leaves no id behind. */
    private Slot<K, V> newSlot() {
        String id = setup.options().transactionalId().orElseThrow();
        TransactionOptions options = new TransactionOptions(
                slots.isEmpty() ? id : id + "-" + slots.size(),
                setup.options().transactionTimeout(),
                setup.options().maxBlock(),
                cluster.options());
        return new Slot<>(this, setup, options, setup.options().bufferMemory().bytes() / concurrentMax);
    }

    private void await(CompletableFuture<Lease<K, V>> begun) {
        waiting.addLast(begun);
        EventLoop.Timer timer = loop.schedule(
                () -> begun.completeExceptionally(
                        TransactionFailures.notBegunInTime(setup.options().maxBlock(), concurrentMax)),
                maxBlockNanos);
        begun.whenComplete((lease, late) -> timer.cancel());
    }

    private void lend(Slot<K, V> slot, CompletableFuture<Lease<K, V>> begun) {
        beginning.add(begun);
        slot.session().begin().whenComplete((live, notBegun) -> {
            if (live != null) {
                if (!begun.complete(new Lease<>(slot, live))) {
                    slot.session().leave(live);
                }
            } else {
                begun.completeExceptionally(ClusterFailures.of(Objects.requireNonNull(notBegun)));
                onIdle(slot);
            }
            beginning.removeIf(CompletableFuture::isDone);
        });
    }

    /** Home loop: a transaction of the slot's id can begin, or none can ever again. */
    private void onIdle(Slot<K, V> slot) {
        KafkaException isOver = slot.session().failure();
        if (isOver != null && failure == null) {
            failure = isOver;
        }
        KafkaException cause = failure;
        if (cause != null) {
            failWaiting(cause);
            return;
        }
        CompletableFuture<Lease<K, V>> next = nextWaiting();
        if (next == null) {
            idle.addFirst(slot);
        } else {
            lend(slot, next);
        }
    }

    /** The first whose time is not up. */
    private @Nullable CompletableFuture<Lease<K, V>> nextWaiting() {
        CompletableFuture<Lease<K, V>> next = waiting.poll();
        while (next != null && next.isDone()) {
            next = waiting.poll();
        }
        return next;
    }

    /** Aborts what is open, and closes the producers; completes when all is done, or when the time is up. */
    CompletableFuture<Void> close(long timeoutNanos) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.execute(() -> onClose(timeoutNanos, closed));
        return closed;
    }

    private void onClose(long timeoutNanos, CompletableFuture<Void> closed) {
        KafkaException cause = TransactionFailures.closed();
        failure = failure == null ? cause : failure;
        failWaiting(cause);
        List.copyOf(beginning).forEach(begun -> begun.completeExceptionally(cause));
        CompletableFuture<?>[] each =
                slots.stream().map(slot -> close(slot, timeoutNanos)).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(each).whenComplete((done, never) -> closed.complete(null));
    }

    private CompletableFuture<Void> close(Slot<K, V> slot, long timeoutNanos) {
        CompletableFuture<Void> timeIsUp = new CompletableFuture<>();
        EventLoop.Timer timer = loop.schedule(() -> timeIsUp.complete(null), timeoutNanos);
        return CompletableFuture.anyOf(slot.session().close(), timeIsUp).thenCompose(ended -> {
            timer.cancel();
            slot.session().abandon();
            return slot.producer().pipeline().close(0);
        });
    }
}
