package dev.ottla.errors;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of all errors that Ottla reports. Unchecked, and split by what a caller can do:
 *
 * <ul>
 *   <li>{@link RetriableException}: the same call may succeed later
 *   <li>{@link AbortableException}: abort this transaction; the producer stays usable
 *   <li>{@link ApplicationRecoverableException}: close this client and build a new one
 *   <li>{@link RecordException}: this record can never succeed; others can
 *   <li>the rest: something must be changed first, which the type and the {@linkplain #hint() hint} name
 * </ul>
 *
 * The message says what happened, where, and what to do; the accessors give the same in parts. Immutable.
 */
public abstract sealed class KafkaException extends RuntimeException
        permits RetriableException,
                AbortableException,
                ApplicationRecoverableException,
                RecordException,
                BrokerException,
                AuthenticationException,
                AuthorizationException,
                UnsupportedVersionException,
                InvalidOptionsException,
                MalformedMessageException,
                CorruptRecordException,
                LogTruncatedException,
                MissingCodecException,
                ClosedException {
    private static final long serialVersionUID = 1L;

    private final ErrorDetails details;

    /** An error before anything was changed, of which only this is known: what happened, and what led to it. */
    KafkaException(String message, @Nullable Throwable cause) {
        this(message, ErrorDetails.NONE, cause);
    }

    /** An error with all that is known; where and what to do are appended to the message. */
    KafkaException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(details.describe(Objects.requireNonNull(message, "message")), cause);
        this.details = details;
    }

    /** All that is known about the error. */
    public ErrorDetails details() {
        return details;
    }

    /** The broker's error code; {@link ErrorCode#NONE} if the error arose in the client. */
    public ErrorCode code() {
        return details.code();
    }

    /** What became of the call, if it was one that changes the cluster. */
    public Outcome outcome() {
        return details.outcome();
    }

    /** The broker that answered, or that could not be asked. */
    public Optional<Node> broker() {
        return details.broker();
    }

    /** The API's name in the protocol, such as {@code Produce}. */
    public Optional<String> api() {
        return details.api();
    }

    /** The partition concerned. */
    public Optional<TopicPartition> topicPartition() {
        return details.topicPartition();
    }

    /** How often it was tried; 0 if nothing was sent. */
    public int attempts() {
        return details.attempts();
    }

    /** What to do about it; empty if there is nothing to advise. */
    public String hint() {
        return details.hint();
    }
}
