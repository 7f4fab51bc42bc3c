package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The client was closed, before the call or during it. For a call that changes the cluster and was under way,
 * {@link #outcome()} is {@link Outcome#UNKNOWN}.
 */
public final class ClosedException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** An error of which only this is known: what happened, and the error that led to it, if another did. */
    public ClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public ClosedException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
