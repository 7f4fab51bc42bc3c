package dev.ottla.producer;

import dev.ottla.common.InputBatch;
import dev.ottla.common.TransactionInput;
import dev.ottla.errors.AbortableException;
import dev.ottla.errors.KafkaException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads batches, processes each in a transaction, and commits its offsets in the same transaction, so that every record has its
 * effect once, however often it is read (KIP-447). Made by {@link TransactionalProducer#readProcessWrite}.
 *
 * <p>After an abort the input is rewound before anything else is read, because a consumer goes on behind the records whose
 * processing was taken back. As long as it is not known whether a transaction is committed, nothing is read.
 *
 * <pre>
 *              ┌────────committed──────────┐
 *              ▼                           │
 *          Reading ──batch──► (process, commit) ──no answer──► Unresolved ──commit again──┐
 *              ▲                           │                        ▲        │            │
 *              └──rewound── Rewinding ◄────┴──aborted───────────────┴────────┴────────────┘
 * </pre>
 *
 * <p>Not thread-safe: one thread calls {@link #next}.
 *
 * @param <B> the input
 * @param <E> what processing throws
 */
public final class ReadProcessWrite<B extends InputBatch, E extends Exception> {
    private static final Logger LOG = LoggerFactory.getLogger(ReadProcessWrite.class);

    private sealed interface State<B> {}

    private record Reading<B>() implements State<B> {}

    /** The batch has to be read again. */
    private record Rewinding<B>(B batch) implements State<B> {}

    /** The batch may be committed. */
    private record Unresolved<B>(B batch, Transaction<?, ?> transaction) implements State<B> {}

    /** One attempt at a batch, with the types of the producer hidden. */
    @FunctionalInterface
    interface Attempt<B, E extends Exception> {
        Transaction<?, ?> process(B batch) throws E;
    }

    private final TransactionInput<B> input;
    private final Attempt<B, E> attempt;
    private State<B> state = new Reading<>();

    ReadProcessWrite(TransactionInput<B> input, Attempt<B, E> attempt) {
        this.input = input;
        this.attempt = attempt;
    }

    /**
     * Reads one batch, processes and commits it. Call it again after an exception, if the exception leaves hope: it then goes on
     * where that is right.
     *
     * @param timeout how long to wait for records
     * @return whether a batch was committed; not if there were no records, or if the group has given their partitions to
     *     another member
     * @throws E what processing threw; the transaction was aborted, and the records will be read again
     * @throws AbortableException if something that was sent failed; the transaction was aborted, and the records will be read
     *     again
     * @throws dev.ottla.errors.RetriableException if a coordinator did not answer
     * @throws dev.ottla.errors.ProducerFencedException if another producer has taken over; close this one
     */
    public boolean next(Duration timeout) throws E {
        if (state instanceof Unresolved<B> unresolved) {
            return end(unresolved.batch(), unresolved.transaction(), true);
        }
        if (state instanceof Rewinding<B> rewinding) {
            input.rewind(rewinding.batch());
            state = new Reading<>();
        }
        B batch = input.poll(timeout);
        if (batch.isEmpty()) {
            return false;
        }
        state = new Rewinding<>(batch);
        Transaction<?, ?> transaction = attempt.process(batch);
        return end(batch, transaction, false);
    }

    private boolean end(B batch, Transaction<?, ?> transaction, boolean isCommitBegun) {
        boolean mayBeCommitted = isCommitBegun;
        try {
            if (!isCommitBegun) {
                sendOffsets(batch, transaction);
                mayBeCommitted = true;
            }
            transaction.commit();
            state = new Reading<>();
            return true;
        } catch (KafkaException e) {
            // Whoever is interrupted while it waits has not heard of the end.
            if (transaction.status() == TransactionStatus.COMMITTED) {
                state = new Reading<>();
                throw e;
            }
            if (isOpen(transaction) || (mayBeCommitted && transaction.status() == TransactionStatus.OPEN)) {
                state = new Unresolved<>(batch, transaction);
                throw e;
            }
            state = new Rewinding<>(batch);
            transaction.close();
            if (e instanceof AbortableException && isGroupElsewhere(transaction)) {
                LOG.info(
                        "The records of {} are read again, by whoever has their partitions now",
                        batch.nextOffsets(),
                        e);
                return false;
            }
            throw e;
        } catch (RuntimeException | Error e) {
            // The input's doing, not the cluster's: what was sent is taken back, and another transaction can begin.
            if (!isOpen(transaction)) {
                transaction.close();
            }
            throw e;
        }
    }

    private static <B extends InputBatch> void sendOffsets(B batch, Transaction<?, ?> transaction) {
        if (transaction.status() == TransactionStatus.OPEN) {
            transaction.sendOffsets(
                    batch.nextOffsets(),
                    batch.groupMetadata()
                            .orElseThrow(() -> new IllegalStateException(
                                    "The offsets can't be committed: the input is read without a group.")));
        }
    }

    private static boolean isOpen(Transaction<?, ?> transaction) {
        return transaction.status() == TransactionStatus.COMMITTING
                || transaction.status() == TransactionStatus.COMMIT_UNKNOWN;
    }

    private static boolean isGroupElsewhere(Transaction<?, ?> transaction) {
        return transaction
                .failure()
                .map(cause -> switch (cause.code()) {
                    case ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, FENCED_MEMBER_EPOCH -> true;
                    default -> false;
                })
                .orElse(false);
    }
}
