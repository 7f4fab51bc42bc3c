package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * This record can never succeed: it is too large, its serializer or deserializer failed, or the broker found it
 * invalid.
 * Other records are not affected.
 */
public final class RecordException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** An error of which only this is known: what happened, and the error that led to it, if another did. */
    public RecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public RecordException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
