package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * A broker refused or failed a request for a reason that no other type of this family covers; {@link #code()} says
 * which.
 * Repeating the request unchanged is not expected to help.
 */
public final class BrokerException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public BrokerException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public BrokerException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
