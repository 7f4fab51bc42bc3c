package dev.ottla.producer.internal.txn;

import dev.ottla.errors.AbortableException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a transaction: what follows from it (KIP-588), and the words for it. */
@Immutable
public final class TransactionFailures {
    private TransactionFailures() {}

    /** A coordinator's refusal as an exception. */
    static KafkaException answered(ApiKey api, ErrorCode code, String transactionalId, int attempts) {
        ErrorDetails.Builder details =
                ErrorDetails.ofCode(code).api(api.toString()).attempts(attempts);
        if (isTakenAway(api, code)) {
            return new ProducerFencedException(
                    "Another producer has taken over transactional id \"" + transactionalId
                            + "\", or a transaction was open for longer than transaction.timeout.ms.",
                    details.outcome(Outcome.REJECTED).build(),
                    null);
        }
        return details.toException();
    }

    /**
     * Coordinators before 2.7 say INVALID_PRODUCER_EPOCH where later ones say PRODUCER_FENCED (KIP-588). With KIP-890 the epoch before
     * the last is taken for that of a repeated question, so that the end of a transaction which they have aborted for its
     * timeout does not fit to its state.
     */
    private static boolean isTakenAway(ApiKey api, ErrorCode code) {
        return code == ErrorCode.PRODUCER_FENCED
                || code == ErrorCode.INVALID_PRODUCER_EPOCH
                || (api == ApiKey.END_TXN && code == ErrorCode.INVALID_TXN_STATE);
    }

    /** Whether the identity is somebody else's now. */
    static boolean isFenced(KafkaException cause) {
        return cause instanceof ProducerFencedException;
    }

    /** Whether nothing is possible under this identity any more, after a coordinator has said so. */
    static boolean isFinal(KafkaException cause) {
        return cause instanceof ProducerFencedException
                || cause instanceof UnsupportedVersionException
                || switch (cause.code()) {
                    case PRODUCER_FENCED,
                            INVALID_TXN_STATE,
                            TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                            CLUSTER_AUTHORIZATION_FAILED,
                            UNSUPPORTED_FOR_MESSAGE_FORMAT -> true;
                    default -> false;
                };
    }

    /**
     * Whether the same after the leader of a partition has said so. Its INVALID_PRODUCER_EPOCH is no proof: the coordinator has
     * the last word, which the abort will ask for.
     */
    static boolean isFinalForRecord(KafkaException cause) {
        return switch (cause.code()) {
            case PRODUCER_FENCED, TRANSACTIONAL_ID_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED -> true;
            default -> false;
        };
    }

    /** A record's failure that ends the whole producer. */
    static KafkaException finalForRecord(KafkaException cause, String transactionalId) {
        return cause.code() == ErrorCode.PRODUCER_FENCED
                ? answered(ApiKey.PRODUCE, ErrorCode.PRODUCER_FENCED, transactionalId, cause.attempts())
                : cause;
    }

    /** Whether the coordinator has forgotten the transaction with its producer id, so that there is nothing to end. */
    static boolean isForgotten(@Nullable KafkaException cause) {
        return cause != null && rootCode(cause) == ErrorCode.INVALID_PRODUCER_ID_MAPPING;
    }

    private static ErrorCode rootCode(KafkaException cause) {
        return cause.code() == ErrorCode.NONE && cause.getCause() instanceof KafkaException inner
                ? inner.code()
                : cause.code();
    }

    /** For whatever is still asked of a transaction that can only be aborted. */
    static AbortableException mustAbort(KafkaException cause) {
        if (cause instanceof AbortableException abortable) {
            return abortable;
        }
        return new AbortableException(
                "The transaction can't be committed any more: " + cause.getMessage(),
                ErrorDetails.builder()
                        .outcome(Outcome.REJECTED)
                        .hint("Abort it; the next one can begin then.")
                        .build(),
                cause);
    }

    /** An earlier question whose answer was lost may have committed the transaction before this was said. */
    static KafkaException commitInDoubt(KafkaException cause) {
        ErrorDetails details =
                cause.details().toBuilder().outcome(Outcome.UNKNOWN).build();
        String message = "Whether the transaction was committed is not known: " + cause.getMessage();
        return cause instanceof ProducerFencedException
                ? new ProducerFencedException(message, details, cause)
                : new RequestTimeoutException(message, details, cause);
    }

    /** For the records that an abort finds unsent. */
    static AbortableException aborted() {
        return new AbortableException(
                "The transaction was aborted before the record was acknowledged.",
                ErrorDetails.builder().outcome(Outcome.REJECTED).build(),
                null);
    }

    static RequestTimeoutException commitUnknown(Duration maxBlock, KafkaException cause) {
        return new RequestTimeoutException(
                "The coordinator did not say within max.block.ms (" + maxBlock.toMillis()
                        + " ms) whether the transaction is committed: " + cause.getMessage(),
                ErrorDetails.builder()
                        .api(ApiKey.END_TXN.toString())
                        .outcome(Outcome.UNKNOWN)
                        .hint("Commit again, or close it; it can't be aborted any more.")
                        .build(),
                cause);
    }

    /** All that are allowed were open for too long. */
    public static RequestTimeoutException notBegunInTime(Duration maxBlock, int concurrentMax) {
        return new RequestTimeoutException(
                "No transaction could begin within max.block.ms (" + maxBlock.toMillis() + " ms): " + concurrentMax
                        + " are open or being ended.",
                ErrorDetails.builder()
                        .outcome(Outcome.REJECTED)
                        .hint("End them sooner, or allow more at once.")
                        .build(),
                null);
    }

    static ClosedException noTransaction() {
        return new ClosedException("There is no transaction.", null);
    }

    /** The producer is closed, or being closed. */
    public static ClosedException closed() {
        return new ClosedException("The producer is closed.", null);
    }

    /** The time for closing was up before the coordinator answered. */
    static ClosedException closedBeforeEnd(boolean isCommitting) {
        return new ClosedException(
                "The producer was closed before the coordinator confirmed the " + (isCommitting ? "commit." : "abort."),
                ErrorDetails.builder()
                        .api(ApiKey.END_TXN.toString())
                        .outcome(isCommitting ? Outcome.UNKNOWN : Outcome.REJECTED)
                        .hint("The next producer with this transactional id ends the transaction.")
                        .build(),
                null);
    }

    static IllegalStateException illegal(String wish, LiveTransaction.Status status) {
        return new IllegalStateException("The transaction can't be " + wish + ": it is " + status + ".");
    }
}
