package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * Another producer with the same {@code transactional.id} has begun, or the coordinator has given this one up because its
 * transaction was open for longer than {@code transaction.timeout.ms}. Unless its outcome is
 * {@link Outcome#UNKNOWN}, nothing of the transaction is committed or will be. Close this
 * producer; build a new one only if no other is meant to run under the id (KIP-98, KIP-588).
 */
public final class ProducerFencedException extends ApplicationRecoverableException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public ProducerFencedException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public ProducerFencedException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
