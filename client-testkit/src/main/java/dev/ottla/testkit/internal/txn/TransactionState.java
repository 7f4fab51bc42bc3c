package dev.ottla.testkit.internal.txn;

import dev.ottla.internal.concurrent.Immutable;

/**
 * How far a transactional id is with its transaction; the texts are those of DescribeTransactions.
 *
 * <pre>
 * EMPTY --first partition or group--> ONGOING --decided--> PREPARE_COMMIT --markers written--> COMPLETE_COMMIT
 *                                        ^  |                                                        |
 *                                        |  +--decided, fenced, too old--> PREPARE_ABORT --markers--> COMPLETE_ABORT
 *                                        +------------- first partition or group of the next one -----+
 * </pre>
 */
@Immutable
public enum TransactionState {
    EMPTY("Empty"),
    ONGOING("Ongoing"),
    PREPARE_COMMIT("PrepareCommit"),
    PREPARE_ABORT("PrepareAbort"),
    COMPLETE_COMMIT("CompleteCommit"),
    COMPLETE_ABORT("CompleteAbort");

    private final String text;

    TransactionState(String text) {
        this.text = text;
    }

    /** The name in the protocol. */
    public String text() {
        return text;
    }

    /** Whether the outcome is decided and the markers are being written. */
    boolean isPreparing() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }
}
