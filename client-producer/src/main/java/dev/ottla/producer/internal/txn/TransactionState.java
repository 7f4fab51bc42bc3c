package dev.ottla.producer.internal.txn;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.producer.internal.ProducerIdentity;
import org.jspecify.annotations.Nullable;

/**
 * What a transactional id is used for at the moment. Owned by {@link TransactionSession}; each state offers the moves that are
 * legal from it.
 *
 * <pre>
 *                    ┌──────────────── a new epoch is needed ◄───────────────┬──────────────────┐
 *                    ▼                                                       │                  │
 *  Unidentified ► Identifying ──► Ready ──begin──► Open ──commit──► Committing ──answered──► (Ready)
 *       ▲            │              ▲                │ │            │  ▲    │                   ▲
 *       └─no answer──┘              │                │ │   refused ─┘  │    └─no answer─┐       │
 *                                   │                │ └──────────┐ │  └──commit── CommitUnknown
 *                                   │      what fails▼            ▼ ▼                           │
 *                                   │            MustAbort ──abort──► Aborting ──answered──► (Ready)
 *                                   │                ▲                   │
 *                                   │                └─────no answer─────┘
 *  any ──fenced, refused for good──► Failed          any ──► Closed
 * </pre>
 *
 * <table>
 * <caption>What is sent</caption>
 * <tr><td>Identifying</td><td>FindCoordinator, InitProducerId</td></tr>
 * <tr><td>Open</td><td>Produce, TxnOffsetCommit; before them, in protocol V1, AddPartitionsToTxn and AddOffsetsToTxn</td></tr>
 * <tr><td>Committing</td><td>what is left of these, then EndTxn</td></tr>
 * <tr><td>Aborting</td><td>EndTxn, when nothing is in flight any more</td></tr>
 * <tr><td>the others</td><td>nothing</td></tr>
 * </table>
 */
@Immutable
sealed interface TransactionState {

    /** Not asked for an identity yet, or without success; with the identity to be renewed, if there was one. */
    record Unidentified(@Nullable ProducerIdentity previous) implements TransactionState {
        Identifying identify() {
            return new Identifying(previous);
        }
    }

    /** Asking for an identity, or for the next epoch of this one. */
    record Identifying(@Nullable ProducerIdentity previous) implements TransactionState {
        Ready identified(ProducerIdentity identity) {
            return new Ready(identity);
        }

        Unidentified unanswered() {
            return new Unidentified(previous);
        }
    }

    /** A transaction can begin. */
    record Ready(ProducerIdentity identity) implements TransactionState {
        Open begin(ProducerIdentity ofTransaction) {
            return new Open(ofTransaction);
        }
    }

    /** Records and offsets are sent. */
    record Open(ProducerIdentity identity) implements TransactionState {
        Committing commit() {
            return new Committing(identity);
        }

        Aborting abort() {
            return new Aborting(identity);
        }

        MustAbort broken(KafkaException cause) {
            return new MustAbort(identity, cause);
        }
    }

    /** Something of it is missing, so that it can only be aborted. */
    record MustAbort(ProducerIdentity identity, KafkaException cause) implements TransactionState {
        Aborting abort() {
            return new Aborting(identity);
        }
    }

    /** What was sent is waited for, then the coordinator is told. */
    record Committing(ProducerIdentity identity) implements TransactionState {
        Ready committed(ProducerIdentity next) {
            return new Ready(next);
        }

        Identifying committedInDoubt() {
            return new Identifying(identity);
        }

        MustAbort refused(KafkaException cause) {
            return new MustAbort(identity, cause);
        }

        CommitUnknown unanswered() {
            return new CommitUnknown(identity);
        }
    }

    /** It may be committed, or be so soon: to abort it now could be answered with success, and be wrong. */
    record CommitUnknown(ProducerIdentity identity) implements TransactionState {
        Committing commit() {
            return new Committing(identity);
        }
    }

    /** What is in flight is waited for, then the coordinator is told. */
    record Aborting(ProducerIdentity identity) implements TransactionState {
        Ready aborted(ProducerIdentity next) {
            return new Ready(next);
        }

        Identifying abortedInDoubt() {
            return new Identifying(identity);
        }

        MustAbort unanswered(KafkaException cause) {
            return new MustAbort(identity, cause);
        }
    }

    /** Fenced, or refused for good: nothing is possible any more. */
    record Failed(KafkaException cause) implements TransactionState {}

    /** The producer is closed. */
    record Closed() implements TransactionState {}
}
