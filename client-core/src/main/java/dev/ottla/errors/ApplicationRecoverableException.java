package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * This client was replaced or has lost its identity: a newer producer has the same transactional id, or a newer member
 * the
 * same {@code group.instance.id}. Close it and build a new one; it can do nothing more.
 */
public sealed class ApplicationRecoverableException extends KafkaException permits ProducerFencedException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public ApplicationRecoverableException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public ApplicationRecoverableException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
