package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The broker knows who we are and does not allow this. An operator must grant the right (an ACL) first.
 */
public final class AuthorizationException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** An error of which only this is known: what happened, and the error that led to it, if another did. */
    public AuthorizationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public AuthorizationException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
