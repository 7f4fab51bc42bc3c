package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The broker does not accept who we say we are, or we do not accept its certificate. Correct the credentials or the
 * trust
 * settings first; the client does not retry it in a loop.
 */
public final class AuthenticationException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** An error of which only this is known: what happened, and the error that led to it, if another did. */
    public AuthenticationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public AuthenticationException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
