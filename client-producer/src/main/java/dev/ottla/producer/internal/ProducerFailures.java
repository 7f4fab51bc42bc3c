package dev.ottla.producer.internal;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.AbortableException;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.errors.RecordException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.RetriableException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The words for everything that can go wrong with a record, in one place, so that they can be read and compared. */
@Immutable
public final class ProducerFailures {
    private static final String API = "Produce";

    private ProducerFailures() {}

    /** The producer was closed before the call. */
    public static ClosedException closed() {
        return new ClosedException("The producer is closed.", null);
    }

    /** The time for closing was up, or there was none. */
    static ClosedException closing() {
        return new ClosedException("The producer was closed before the record was acknowledged.", null);
    }

    static RetriableException noRoom(long budgetBytes, boolean isOnEventLoop) {
        return new RetriableException(
                "The buffer of " + budgetBytes + " bytes (buffer.memory) is full"
                        + (isOnEventLoop ? ", and a callback must not wait for room." : "."),
                hint("Send more slowly, or raise buffer.memory. Records for one broker fill it up to three quarters."),
                null);
    }

    /** Told to the other batches of the request, which are sent again. */
    static RetriableException overBeforeItWasSent(TopicPartition partition) {
        return new RetriableException(
                "The request was held back, and was not sent as it was: a batch for " + partition + " in it has ended.",
                hint("The broker throttles this client, or delivery.timeout.ms is short."),
                null);
    }

    /** Records next to it were taken back, and the batch could not be copied without them. */
    static RetriableException notCopied(TopicPartition partition, Throwable cause) {
        return new RetriableException(
                "A batch for " + partition
                        + " was not sent: it could not be copied without the records that were cancelled.",
                hint("This client may be short of memory."),
                cause);
    }

    static RetriableException tooManySuspended(int recordsMax, long budgetBytes) {
        return new RetriableException(
                "The buffer is full, and no more records can wait outside of it: " + recordsMax
                        + " may, and as much as the buffer holds, " + budgetBytes + " bytes.",
                hint("Send the next record when an earlier one has completed."),
                null);
    }

    static RequestTimeoutException noRoomInTime(long budgetBytes, long waitedNanos, boolean isRecordsOwnTime) {
        return new RequestTimeoutException(
                "The buffer of " + budgetBytes + " bytes (buffer.memory) had no room for the record within "
                        + (isRecordsOwnTime
                                ? "its own delivery timeout"
                                : "max.block.ms, or the back pressure's own time")
                        + " ("
                        + Duration.ofNanos(waitedNanos).toMillis() + " ms).",
                hint("The brokers take records more slowly than they are sent."),
                null);
    }

    static RequestTimeoutException noRoomUntilDelivery(long budgetBytes, Duration timeout) {
        return new RequestTimeoutException(
                "The record was accepted, but the buffer of " + budgetBytes
                        + " bytes (buffer.memory) had no room for it within delivery.timeout.ms (" + timeout.toMillis()
                        + " ms).",
                hint("The brokers take records more slowly than they are sent."),
                null);
    }

    static RetriableException interruptedBeforeAccepted(InterruptedException cause) {
        return new RetriableException(
                "The thread was interrupted while it waited for room in the buffer, or for its topic to be found.",
                cause);
    }

    /** The thread stopped waiting; the record goes on. */
    public static RetriableException interruptedWhileWaiting(String forWhat, InterruptedException cause) {
        return new RetriableException(
                "The thread was interrupted while it waited for " + forWhat + ".",
                ErrorDetails.builder()
                        .outcome(Outcome.UNKNOWN)
                        .hint("What was accepted is still being sent.")
                        .build(),
                cause);
    }

    static RecordException tooLarge(String topic, long bytes, long limitBytes, String limitKey) {
        return new RecordException(
                "A record for topic \"" + topic + "\" takes " + bytes + " bytes with its headers; " + limitKey
                        + " allows " + limitBytes + ".",
                hint("Send less, or raise " + limitKey + "."),
                null);
    }

    static RecordException noSuchPartition(String topic, int partition, int count) {
        return new RecordException(
                "Partition " + partition + " was asked for, but topic \"" + topic + "\" has " + count + " partitions.",
                null);
    }

    /** A serializer or the partitioner has nothing for this topic; the next record asks again. */
    public static RecordException topicNotPrepared(String topic, RuntimeException cause) {
        return new RecordException(
                "The serializers and the partitioner could not be prepared for topic \"" + topic + "\": "
                        + cause.getMessage(),
                cause);
    }

    static RecordException partitionerFailed(String topic, RuntimeException cause) {
        return new RecordException(
                "The partitioner failed for a record of topic \"" + topic + "\": " + cause.getMessage(), cause);
    }

    static RequestTimeoutException topicNotKnown(String topic, Duration timeout, @Nullable KafkaException reason) {
        ErrorDetails.Builder details = reason == null ? ErrorDetails.builder() : ErrorDetails.ofCode(reason.code());
        return new RequestTimeoutException(
                "Topic \"" + topic + "\" was not found within " + timeout.toMillis() + " ms"
                        + (reason == null ? "." : ": " + reason.getMessage()),
                details.outcome(Outcome.REJECTED)
                        .hint(
                                "Check its name, or create it. The wait is max.block.ms, or the back pressure's own, and delivery.timeout.ms, or the record's own, at most.")
                        .build(),
                reason);
    }

    static RequestTimeoutException notDelivered(ProducerBatch batch, Duration timeout, String where) {
        KafkaException last = batch.lastFailure();
        boolean isInDoubt = batch.isInDoubt() || where.equals(IN_FLIGHT);
        return new RequestTimeoutException(
                "The record was not acknowledged within delivery.timeout.ms (" + timeout.toMillis() + " ms); " + where
                        + (last == null ? "." : ". The last failure: " + last.getMessage()),
                details(batch)
                        .outcome(isInDoubt ? Outcome.UNKNOWN : Outcome.REJECTED)
                        .hint(
                                isInDoubt
                                        ? "It may have been written, or may still be: look before you send it again."
                                        : "")
                        .build(),
                last);
    }

    /** A record's own time is up, before that of its batch. */
    public static RequestTimeoutException ownTimeIsUp(Duration timeout, boolean isTakenBack) {
        return new RequestTimeoutException(
                "The record was not acknowledged within its own delivery timeout (" + timeout.toMillis() + " ms); "
                        + (isTakenBack ? "it was taken back, and is not sent." : "it was on its way already."),
                ErrorDetails.builder()
                        .outcome(isTakenBack ? Outcome.REJECTED : Outcome.UNKNOWN)
                        .hint(
                                isTakenBack
                                        ? ""
                                        : "It may have been written, or may still be: look before you send it again.")
                        .build(),
                null);
    }

    /** Where a batch was when its time was up. */
    static final String IN_FLIGHT = "the answer of the leader is outstanding";

    static final String QUEUED = "it still waited to be sent";
    static final String LEADERLESS = "the partition has no leader";

    /** The broker's answer is final. */
    static KafkaException answered(
            ProducerBatch batch, ErrorDetails.Builder answer, ErrorCode code, boolean isInDoubt, @Nullable Node node) {
        return answer.api(API)
                .broker(node)
                .topicPartition(batch.topicPartition())
                .attempts(batch.attempts())
                .outcome(isInDoubt ? Outcome.UNKNOWN : code.outcome())
                .toException();
    }

    /** No answer will come, and there will be no other try. */
    static KafkaException notAnswered(ProducerBatch batch, KafkaException cause, boolean isInDoubt) {
        ErrorDetails details = cause.details().toBuilder()
                .api(API)
                .topicPartition(batch.topicPartition())
                .attempts(batch.attempts())
                .outcome(isInDoubt ? Outcome.UNKNOWN : Outcome.REJECTED)
                .build();
        String message = cause.getMessage() == null ? "The record could not be delivered." : cause.getMessage();
        if (cause instanceof ClosedException) {
            return new ClosedException(message, details, cause);
        } else if (cause instanceof AuthenticationException) {
            return new AuthenticationException(message, details, cause);
        } else if (cause instanceof AuthorizationException) {
            return new AuthorizationException(message, details, cause);
        } else if (cause instanceof UnsupportedVersionException) {
            return new UnsupportedVersionException(message, details, cause);
        } else if (cause instanceof RequestTimeoutException) {
            return new RequestTimeoutException(message, details, cause);
        } else if (cause instanceof AbortableException) {
            return new AbortableException(message, details, cause);
        } else if (cause instanceof ProducerFencedException) {
            return new ProducerFencedException(message, details, cause);
        }
        return new ConnectionException(message, details, cause);
    }

    private static ErrorDetails.Builder details(ProducerBatch batch) {
        return ErrorDetails.builder()
                .api(API)
                .topicPartition(batch.topicPartition())
                .attempts(batch.attempts());
    }

    /** For a record that was never accepted. */
    private static ErrorDetails hint(String hint) {
        return ErrorDetails.builder().outcome(Outcome.REJECTED).hint(hint).build();
    }
}
