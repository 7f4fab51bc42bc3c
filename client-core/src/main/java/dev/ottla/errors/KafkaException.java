package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/** The root of all errors that Ottla reports. */
public abstract class KafkaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with a message that says what happened, where, and what to do; and its cause, if another error led to it. */
    protected KafkaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
