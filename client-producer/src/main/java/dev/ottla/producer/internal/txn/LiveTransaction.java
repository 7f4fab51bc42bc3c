package dev.ottla.producer.internal.txn;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.producer.internal.ProducerIdentity;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What other threads see of one transaction, from its begin to its end: those that send, and the loops of the brokers. Made
 * and ended by {@link TransactionSession} on the home loop. There is one object per transaction, so that nothing of one can
 * leak into the next.
 */
@ThreadSafe
public final class LiveTransaction {

    /** How far it has come. */
    public enum Status {
        OPEN,
        MUST_ABORT,
        COMMITTING,
        COMMIT_UNKNOWN,
        COMMITTED,
        ABORTING,
        ABORTED,
        FAILED
    }

    private static final int CLOSED = Integer.MIN_VALUE;

    private final ProducerIdentity identity;

    /** How many threads are just sending; from {@link #CLOSED} on counted when no more may begin. */
    private final AtomicInteger senders = new AtomicInteger();

    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final Set<TopicPartition> asked = ConcurrentHashMap.newKeySet();
    private final Set<TopicPartition> admitted = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable KafkaException> failure = new AtomicReference<>();
    private volatile @Nullable KafkaException cutOff;
    private volatile boolean isUsed;
    private volatile Status status = Status.OPEN;

    LiveTransaction(ProducerIdentity identity) {
        this.identity = identity;
    }

    ProducerIdentity identity() {
        return identity;
    }

    /** How far it has come. */
    public Status status() {
        return status;
    }

    void status(Status newStatus) {
        status = newStatus;
    }

    /** A thread is about to send; false if that is too late. What follows true is {@link #exit}. */
    public boolean tryEnter() {
        return senders.updateAndGet(count -> count >= 0 ? count + 1 : count) > 0;
    }

    /** A batch of it is being sent. */
    void use() {
        if (!isUsed) {
            isUsed = true;
        }
    }

    /** The record was accepted, or refused. */
    public void exit() {
        if (senders.decrementAndGet() == CLOSED) {
            drained.complete(null);
        }
    }

    /** Nothing can be sent from now on; completes when the last that was just being sent is accepted or refused. */
    CompletableFuture<Void> close() {
        if (senders.getAndUpdate(count -> count >= 0 ? count + CLOSED : count) == 0) {
            drained.complete(null);
        }
        return drained;
    }

    /** Whether anything was sent, successfully or not. */
    boolean isUsed() {
        return isUsed;
    }

    boolean isAdmitted(TopicPartition partition) {
        return admitted.contains(partition);
    }

    /** Returns whether nobody has asked for the partition before. */
    boolean ask(TopicPartition partition) {
        return asked.add(partition);
    }

    void admit(Set<TopicPartition> partitions) {
        admitted.addAll(partitions);
    }

    /** Returns whether this is the first thing that went wrong. */
    boolean fail(KafkaException cause) {
        return failure.compareAndSet(null, cause);
    }

    /** The first thing that went wrong. */
    public @Nullable KafkaException failure() {
        return failure.get();
    }

    /** Nothing more is sent; what was not acknowledged fails with this. */
    void cutOff(KafkaException cause) {
        cutOff = cause;
    }

    @Nullable
    KafkaException cutOff() {
        return cutOff;
    }
}
