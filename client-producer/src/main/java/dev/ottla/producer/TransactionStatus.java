package dev.ottla.producer;

/** How far a {@link Transaction} has come. */
public enum TransactionStatus {

    /** Records and offsets can be sent. */
    OPEN,

    /** A record or an offset failed; it can only be aborted. */
    MUST_ABORT,

    /** It is being committed. */
    COMMITTING,

    /** The coordinator did not answer; it may be committed or be so soon. It can be committed again, or closed, but not aborted. */
    COMMIT_UNKNOWN,

    /** All of it can be read. */
    COMMITTED,

    /** It is being aborted. */
    ABORTING,

    /** None of it can be read by consumers that read committed records. */
    ABORTED,

    /** The producer was fenced, or may not use the transactional id; it was not committed, unless the error says UNKNOWN. */
    FAILED
}
