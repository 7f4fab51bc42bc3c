package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The current transaction can not be committed any more. Abort it, and begin the next one with the same producer.
 */
public final class AbortableException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public AbortableException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public AbortableException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
