package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The broker and this client share no version of the API that can express the call. Upgrade the broker, or do without
 * the
 * feature that the message names.
 */
public final class UnsupportedVersionException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** An error of which only this is known: what happened, and the error that led to it, if another did. */
    public UnsupportedVersionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public UnsupportedVersionException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
