package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * The same call may succeed later: a leader is being elected, a coordinator loads, a quota is used up, a broker is
 * away.
 * Whatever the client could retry within its deadline, it has retried already. Look at {@link #outcome()} before you
 * repeat a call that changes the cluster.
 */
public sealed class RetriableException extends KafkaException permits ConnectionException, RequestTimeoutException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of which only this is known: what happened, and the error that led to it, if another did. Its outcome is
     * {@link Outcome#UNKNOWN}.
     */
    public RetriableException(String message, @Nullable Throwable cause) {
        super(message, ErrorDetails.UNSTATED, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    public RetriableException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
