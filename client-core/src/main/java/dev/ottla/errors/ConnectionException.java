package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The network failed: a name did not resolve, a connection was refused, reset or closed, a TLS handshake broke off, or
 * the
 * peer does not speak Kafka's protocol. The message names the address and which of these it was.
 */
public final class ConnectionException extends RetriableException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public ConnectionException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public ConnectionException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
