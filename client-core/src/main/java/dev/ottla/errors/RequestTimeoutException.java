package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * A deadline passed: of one request ({@code request.timeout.ms}), of a whole call ({@code default.api.timeout.ms}), of
 * a
 * record's delivery ({@code delivery.timeout.ms}), or of waiting for room ({@code max.block.ms}). The message names
 * which.
 */
public final class RequestTimeoutException extends RetriableException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public RequestTimeoutException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public RequestTimeoutException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
