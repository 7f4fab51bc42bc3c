package dev.ottla.producer.internal.txn;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.producer.internal.ProducerIdentity;
import dev.ottla.producer.internal.SendPipeline;
import dev.ottla.producer.internal.TransactionProtocol;
import dev.ottla.producer.internal.txn.LiveTransaction.Status;
import dev.ottla.producer.internal.txn.TransactionState.Aborting;
import dev.ottla.producer.internal.txn.TransactionState.CommitUnknown;
import dev.ottla.producer.internal.txn.TransactionState.Committing;
import dev.ottla.producer.internal.txn.TransactionState.Failed;
import dev.ottla.producer.internal.txn.TransactionState.Identifying;
import dev.ottla.producer.internal.txn.TransactionState.MustAbort;
import dev.ottla.producer.internal.txn.TransactionState.Open;
import dev.ottla.producer.internal.txn.TransactionState.Ready;
import dev.ottla.producer.internal.txn.TransactionState.Unidentified;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one transactional id, one after the other: begins them, lets their records and offsets be sent, and ends
 * them. Owned by the home loop; called by the public producer, which hops to that loop, told of records by
 * {@link TransactionGate}. See {@link TransactionState} for what it does when.
 *
 * <p>A transaction ends in the order of its methods here: the last send is accepted or refused ({@code drained}); all
 * records have ended ({@code flushed}); the coordinator is asked nothing more ({@code settled}); it is told of the end
 * ({@code ended}).
 */
@EventLoopConfined
public final class TransactionSession implements TransactionGate.Listener {

    private final EventLoop loop;
    private final TransactionOptions options;
    private final CoordinatorCalls calls;
    private final TransactionGate gate;
    private final SendPipeline pipeline;

    /** Told when a transaction can begin, or never again. */
    private final Runnable onIdle;

    private TransactionState state = new Unidentified(null);
    private TransactionProtocol protocol = TransactionProtocol.V1;
    private @Nullable LiveTransaction live;
    private @Nullable Participants participants;

    /** Of the commit or abort that is under way. */
    private CompletableFuture<@Nullable Void> ending = CompletableFuture.completedFuture(null);

    /** Nothing is asked before the first {@link #begin}. */
    public TransactionSession(
            Cluster cluster, TransactionOptions options, TransactionGate gate, SendPipeline pipeline, Runnable onIdle) {
        this.loop = cluster.homeLoop();
        this.options = options;
        this.calls = new CoordinatorCalls(cluster, options);
        this.gate = gate;
        this.pipeline = pipeline;
        this.onIdle = onIdle;
        gate.listener(this);
    }

    /** Whether {@link #begin} can be called. */
    public boolean isIdle() {
        return state instanceof Ready || state instanceof Unidentified || state instanceof Failed;
    }

    /** Why nothing is possible any more; null if something is. */
    public @Nullable KafkaException failure() {
        return state instanceof Failed failed ? failed.cause() : null;
    }

    /** Takes the transactional id over from an older producer, unless that is done. */
    public CompletableFuture<?> takeOver() {
        if (state instanceof Unidentified unidentified) {
            return identify(unidentified.identify());
        }
        KafkaException isOver = failure();
        return isOver == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(isOver);
    }

    /** Begins a transaction, after asking for an identity if there is none. */
    public CompletableFuture<LiveTransaction> begin() {
        if (state instanceof Unidentified unidentified) {
            return identify(unidentified.identify()).thenCompose(ready -> open(ready));
        } else if (state instanceof Ready ready) {
            return open(ready);
        } else if (state instanceof Failed failed) {
            return CompletableFuture.failedFuture(failed.cause());
        }
        return CompletableFuture.failedFuture(new IllegalStateException("no transaction can begin: " + state));
    }

    private CompletableFuture<Ready> identify(Identifying identifying) {
        state = identifying;
        return calls.identify(identifying.previous()).handle((identity, failure) -> {
            if (identity == null) {
                KafkaException cause = ClusterFailures.of(Objects.requireNonNull(failure));
                state = TransactionFailures.isFenced(cause) ? new Failed(cause) : identifying.unanswered();
                throw cause;
            }
            calls.takeDoubt();
            Ready ready = identifying.identified(identity);
            state = ready;
            return ready;
        });
    }

    private CompletableFuture<LiveTransaction> open(Ready ready) {
        return calls.protocol().thenApply(known -> {
            protocol = known == null ? protocol : known;
            ProducerIdentity identity = ready.identity().speaking(protocol);
            LiveTransaction transaction = new LiveTransaction(identity);
            live = transaction;
            participants =
                    new Participants(transaction, calls, pipeline, cause -> onParticipantFailed(transaction, cause));
            state = ready.begin(identity);
            gate.open(transaction);
            return transaction;
        });
    }

    @Override
    public void onPartitionNeeded(LiveTransaction transaction, TopicPartition partition) {
        if (transaction == live && participants != null) {
            participants.add(partition);
        }
    }

    @Override
    public void onRecordFailed(LiveTransaction transaction, KafkaException cause) {
        if (transaction != live) {
            return;
        } else if (TransactionFailures.isFinalForRecord(cause)) {
            giveUp(transaction, TransactionFailures.finalForRecord(cause, options.transactionalId()));
        } else {
            spoil(transaction, cause);
        }
    }

    private void onParticipantFailed(LiveTransaction transaction, KafkaException cause) {
        if (transaction != live) {
            return;
        } else if (TransactionFailures.isFinal(cause)) {
            giveUp(transaction, cause);
        } else {
            transaction.fail(cause);
            spoil(transaction, cause);
        }
    }

    /** It can only be aborted from now on: what is not sent yet need not be. */
    private void spoil(LiveTransaction transaction, KafkaException cause) {
        if (transaction.cutOff() == null) {
            KafkaException cutOff = TransactionFailures.mustAbort(cause);
            transaction.cutOff(cutOff);
            pipeline.clear();
        }
        if (state instanceof Open open) {
            state = open.broken(cause);
            transaction.status(Status.MUST_ABORT);
        }
    }

    /** Nothing is possible any more. The gate stays open, and cut off, so that a record which is accepted late fails as well. */
    private void giveUp(LiveTransaction transaction, KafkaException cause) {
        transaction.fail(cause);
        transaction.cutOff(cause);
        transaction.status(Status.FAILED);
        pipeline.clear();
        state = new Failed(cause);
        live = null;
        CompletableFuture<@Nullable Void> endsSo = ending;
        transaction
                .close()
                .whenCompleteAsync(
                        (drained, never) -> {
                            pipeline.clear();
                            pipeline.flush()
                                    .whenCompleteAsync((flushed, none) -> endsSo.completeExceptionally(cause), loop);
                        },
                        loop);
        // Who waits to begin another need not wait for the records of this one.
        onIdle.run();
    }

    /** Makes offsets part of the transaction. */
    public CompletableFuture<@Nullable Void> sendOffsets(
            LiveTransaction transaction, Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group) {
        Participants current = participants;
        KafkaException cause = transaction.failure();
        if (transaction == live && state instanceof Open && current != null) {
            if (offsets.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            return current.add(offsets, group).exceptionallyCompose(failure -> {
                KafkaException why = ClusterFailures.of(failure);
                return CompletableFuture.failedFuture(
                        TransactionFailures.isFinal(why) ? why : TransactionFailures.mustAbort(why));
            });
        } else if (cause != null) {
            return CompletableFuture.failedFuture(refusal(cause));
        }
        return CompletableFuture.failedFuture(TransactionFailures.illegal("sent offsets with", transaction.status()));
    }

    private KafkaException refusal(KafkaException cause) {
        KafkaException isOver = failure();
        return isOver != null ? isOver : TransactionFailures.mustAbort(cause);
    }

    /** Commits it, or asks again whether it is committed. */
    public CompletableFuture<@Nullable Void> commit(LiveTransaction transaction) {
        if (transaction.status() == Status.COMMITTED) {
            return CompletableFuture.completedFuture(null);
        } else if (transaction == live && state instanceof Open open) {
            ending = new CompletableFuture<>();
            state = open.commit();
            transaction.status(Status.COMMITTING);
            transaction
                    .close()
                    .whenCompleteAsync((drained, never) -> flush(() -> onSettledToCommit(transaction)), loop);
            return ending;
        } else if (transaction == live && state instanceof CommitUnknown unknown) {
            ending = new CompletableFuture<>();
            transaction.status(Status.COMMITTING);
            endCommit(transaction, unknown.commit());
            return ending;
        } else if (transaction == live && state instanceof Committing) {
            return ending;
        }
        KafkaException cause = transaction.failure();
        boolean isBroken = transaction.status() == Status.MUST_ABORT || transaction.status() == Status.FAILED;
        return CompletableFuture.failedFuture(
                isBroken && cause != null
                        ? refusal(cause)
                        : TransactionFailures.illegal("committed", transaction.status()));
    }

    /** Calls back when all records have ended and the coordinator is asked nothing more. */
    private void flush(Runnable onSettled) {
        pipeline.flush()
                .whenCompleteAsync(
                        (flushed, never) -> {
                            if (participants != null) {
                                participants.settled().thenRun(onSettled);
                            }
                        },
                        loop);
    }

    private void onSettledToCommit(LiveTransaction transaction) {
        if (!(state instanceof Committing committing)) {
            return;
        }
        KafkaException cause = transaction.failure();
        if (cause != null) {
            refuse(transaction, committing, cause);
        } else if (participants == null || !participants.isKnownToCoordinator()) {
            finish(transaction, Status.COMMITTED, committing.committed(committing.identity()));
        } else {
            endCommit(transaction, committing);
        }
    }

    private void refuse(LiveTransaction transaction, Committing committing, KafkaException cause) {
        state = committing.refused(cause);
        transaction.fail(cause);
        transaction.status(Status.MUST_ABORT);
        ending.completeExceptionally(TransactionFailures.mustAbort(cause));
    }

    private void endCommit(LiveTransaction transaction, Committing committing) {
        state = committing;
        calls.end(committing.identity(), true).whenComplete((next, failure) -> {
            if (state != committing) {
                return;
            } else if (next != null) {
                boolean needsEpoch = committing.identity().protocol() == TransactionProtocol.V1 && calls.takeDoubt();
                finish(
                        transaction,
                        Status.COMMITTED,
                        needsEpoch ? committing.committedInDoubt() : committing.committed(next));
            } else {
                onCommitFailed(transaction, committing, ClusterFailures.of(Objects.requireNonNull(failure)));
            }
        });
    }

    private void onCommitFailed(LiveTransaction transaction, Committing committing, KafkaException cause) {
        if (TransactionFailures.isFinal(cause)) {
            giveUp(transaction, calls.takeDoubt() ? TransactionFailures.commitInDoubt(cause) : cause);
        } else if (cause.outcome() == Outcome.REJECTED
                && cause.code() != ErrorCode.NONE
                && !cause.code().isRetriable()) {
            if (calls.takeDoubt()) {
                giveUp(transaction, TransactionFailures.commitInDoubt(cause));
            } else {
                refuse(transaction, committing, cause);
            }
        } else {
            state = committing.unanswered();
            transaction.status(Status.COMMIT_UNKNOWN);
            ending.completeExceptionally(TransactionFailures.commitUnknown(options.maxBlock(), cause));
        }
    }

    /** Aborts it. */
    public CompletableFuture<@Nullable Void> abort(LiveTransaction transaction) {
        if (transaction.status() == Status.ABORTED) {
            return CompletableFuture.completedFuture(null);
        } else if (transaction == live && state instanceof Aborting) {
            return ending;
        } else if (transaction == live && state instanceof Open open) {
            return abort(transaction, open.abort());
        } else if (transaction == live && state instanceof MustAbort mustAbort) {
            return abort(transaction, mustAbort.abort());
        }
        KafkaException isOver = failure();
        return CompletableFuture.failedFuture(
                transaction.status() == Status.FAILED && isOver != null
                        ? isOver
                        : TransactionFailures.illegal("aborted", transaction.status()));
    }

    private CompletableFuture<@Nullable Void> abort(LiveTransaction transaction, Aborting aborting) {
        ending = new CompletableFuture<>();
        state = aborting;
        transaction.status(Status.ABORTING);
        KafkaException cutOff = transaction.cutOff() == null ? TransactionFailures.aborted() : transaction.cutOff();
        transaction.cutOff(cutOff);
        // Those that wait for room in the buffer get it, or fail.
        pipeline.clear();
        transaction
                .close()
                .whenCompleteAsync(
                        (drained, never) -> {
                            pipeline.clear();
                            flush(() -> onSettledToAbort(transaction, aborting));
                        },
                        loop);
        return ending;
    }

    private void onSettledToAbort(LiveTransaction transaction, Aborting aborting) {
        if (state != aborting) {
            return;
        }
        boolean isKnown = participants != null && participants.isKnownToCoordinator();
        if (!isKnown || TransactionFailures.isForgotten(transaction.failure())) {
            onAborted(transaction, aborting, aborting.identity());
            return;
        }
        calls.end(aborting.identity(), false).whenComplete((next, failure) -> {
            if (state != aborting) {
                return;
            } else if (next != null) {
                onAborted(transaction, aborting, next);
            } else {
                onAbortFailed(transaction, aborting, ClusterFailures.of(Objects.requireNonNull(failure)));
            }
        });
    }

    private void onAborted(LiveTransaction transaction, Aborting aborting, ProducerIdentity next) {
        boolean isSpent = next.equals(aborting.identity());
        boolean needsEpoch = isSpent && (transaction.failure() != null || calls.takeDoubt());
        finish(transaction, Status.ABORTED, needsEpoch ? aborting.abortedInDoubt() : aborting.aborted(next));
    }

    private void onAbortFailed(LiveTransaction transaction, Aborting aborting, KafkaException cause) {
        boolean isNothingToAbort =
                cause.code() == ErrorCode.INVALID_TXN_STATE && participants != null && !participants.isCertain();
        if (isNothingToAbort || TransactionFailures.isForgotten(cause)) {
            transaction.fail(cause);
            onAborted(transaction, aborting, aborting.identity());
        } else if (TransactionFailures.isFinal(cause)) {
            giveUp(transaction, cause);
        } else {
            state = aborting.unanswered(cause);
            transaction.status(Status.MUST_ABORT);
            ending.completeExceptionally(cause);
        }
    }

    private void finish(LiveTransaction transaction, Status status, TransactionState next) {
        gate.shut();
        live = null;
        participants = null;
        transaction.status(status);
        state = next;
        ending.complete(null);
        if (next instanceof Identifying identifying) {
            identify(identifying).whenComplete((ready, failure) -> onIdle.run());
        } else {
            calls.takeDoubt();
            onIdle.run();
        }
    }

    /**
     * Nobody will use it any more: ends it, however often that takes, so that another can begin. Commits if it may be
     * committed, else aborts. Completes with the first try.
     */
    public CompletableFuture<@Nullable Void> leave(LiveTransaction transaction) {
        CompletableFuture<@Nullable Void> over = CompletableFuture.completedFuture(null);
        if (transaction == live && state instanceof CommitUnknown) {
            over = commit(transaction);
        } else if (transaction == live && (state instanceof Open || state instanceof MustAbort)) {
            over = abort(transaction);
        } else if (transaction == live && (state instanceof Committing || state instanceof Aborting)) {
            over = ending;
        }
        over.whenComplete((ended, failure) -> {
            if (failure != null && transaction == live) {
                loop.schedule(
                        () -> leave(transaction),
                        options.client().retryBackoffMax().toNanos());
            }
        });
        return over;
    }

    /** The time for closing is up: who waits for a commit or an abort is told so. */
    public void abandon() {
        LiveTransaction transaction = live;
        if (transaction == null || ending.isDone()) {
            return;
        }
        boolean isCommitting = state instanceof Committing;
        state = new TransactionState.Closed();
        transaction.status(isCommitting ? Status.COMMIT_UNKNOWN : Status.MUST_ABORT);
        ending.completeExceptionally(TransactionFailures.closedBeforeEnd(isCommitting));
    }

    /**
     * Ends what is open, as far as that is possible: aborts it, asks once more whether it is committed, or waits for its end.
     * Never fails.
     */
    public CompletableFuture<@Nullable Void> close() {
        LiveTransaction transaction = live;
        CompletableFuture<@Nullable Void> over = CompletableFuture.completedFuture(null);
        if (transaction != null && (state instanceof Open || state instanceof MustAbort)) {
            over = abort(transaction);
        } else if (transaction != null && state instanceof CommitUnknown) {
            over = commit(transaction);
        } else if (transaction != null && (state instanceof Committing || state instanceof Aborting)) {
            over = ending;
        }
        return over.handle((ended, failure) -> {
            state = new TransactionState.Closed();
            return null;
        });
    }
}
