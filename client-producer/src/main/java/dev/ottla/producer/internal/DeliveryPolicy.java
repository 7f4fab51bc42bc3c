package dev.ottla.producer.internal;

import dev.ottla.common.Node;
import dev.ottla.config.Acks;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides, and does nothing: acknowledged, to be sent again, rejected, or unknown. Step 11 of sending. Once one attempt may
 * have been written without a confirmation, every failure of the batch is UNKNOWN, whatever later attempts are told.
 */
@Immutable
final class DeliveryPolicy {
    private final SendingOptions options;

    DeliveryPolicy(SendingOptions options) {
        this.options = options;
    }

    /** The leader has answered. */
    Verdict onAnswer(ProducerBatch batch, PartitionProduceResponse answer, @Nullable Node node) {
        ErrorCode code = ErrorCode.of(answer.errorCode());
        if (code == ErrorCode.NONE || code == ErrorCode.DUPLICATE_SEQUENCE_NUMBER) {
            return new Verdict.Acked(answer.baseOffset(), answer.logAppendTimeMs());
        }
        boolean isInDoubt = code.outcome() == Outcome.UNKNOWN || mayHaveBeenAppended(batch, code);
        ErrorDetails.Builder details = ErrorDetails.ofCode(answer.errorCode()).brokerMessage(words(answer));
        KafkaException cause = ProducerFailures.answered(batch, details, code, isInDoubt || batch.isInDoubt(), node);
        if (options.idempotent() && isOutOfSequence(code)) {
            return mayRetry(batch)
                    ? new Verdict.OutOfSequence(cause, isIdentityUseless(code))
                    : new Verdict.Failed(cause);
        }
        if (batch.count() > 1 && !isInDoubt && !batch.isInDoubt()) {
            SortedMap<Integer, KafkaException> wrong = wrongRecords(batch, answer, node);
            if (code == ErrorCode.MESSAGE_TOO_LARGE || !wrong.isEmpty()) {
                return new Verdict.Divided(cause, wrong);
            }
        }
        return code.isRetriable() && mayRetry(batch)
                ? new Verdict.Retry(cause, code.needsMetadataRefresh(), isInDoubt)
                : new Verdict.Failed(cause);
    }

    /**
     * A leader that is deposed while it waits for the followers answers as one that never was the leader; the next one may
     * have what they got.
     */
    private static boolean mayHaveBeenAppended(ProducerBatch batch, ErrorCode code) {
        return acks(batch) == Acks.ALL
                && (code == ErrorCode.NOT_LEADER_OR_FOLLOWER
                        || code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                        || code == ErrorCode.KAFKA_STORAGE_ERROR);
    }

    private static boolean isOutOfSequence(ErrorCode code) {
        return code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
                || code == ErrorCode.UNKNOWN_PRODUCER_ID
                || isIdentityUseless(code);
    }

    /** Without transactions nobody else has the same producer id: the partition remembers an epoch that we do not. */
    private static boolean isIdentityUseless(ErrorCode code) {
        return code == ErrorCode.INVALID_PRODUCER_EPOCH || code == ErrorCode.INVALID_PRODUCER_ID_MAPPING;
    }

    /** KIP-467: the broker may name the records that it found wrong; empty if that leaves nothing to be sent. */
    private static SortedMap<Integer, KafkaException> wrongRecords(
            ProducerBatch batch, PartitionProduceResponse answer, @Nullable Node node) {
        SortedMap<Integer, KafkaException> wrong = new TreeMap<>();
        for (BatchIndexAndErrorMessage each : answer.recordErrors()) {
            String words =
                    each.batchIndexErrorMessage() == null ? answer.errorMessage() : each.batchIndexErrorMessage();
            ErrorDetails.Builder details =
                    ErrorDetails.ofCode(answer.errorCode()).brokerMessage(words);
            wrong.put(
                    each.batchIndex(),
                    ProducerFailures.answered(batch, details, ErrorCode.of(answer.errorCode()), false, node));
        }
        boolean isPlausible = wrong.isEmpty() || (wrong.firstKey() >= 0 && wrong.lastKey() < batch.count());
        return isPlausible && wrong.size() < batch.count() ? wrong : Collections.emptySortedMap();
    }

    /** What the broker says of the batch and of its records. */
    private static @Nullable String words(PartitionProduceResponse answer) {
        StringBuilder words = new StringBuilder(answer.errorMessage() == null ? "" : answer.errorMessage());
        for (BatchIndexAndErrorMessage wrong : answer.recordErrors()) {
            words.append(words.isEmpty() ? "" : "; ")
                    .append("record ")
                    .append(wrong.batchIndex())
                    .append(" of the batch: ")
                    .append(wrong.batchIndexErrorMessage());
        }
        return words.isEmpty() ? null : words.toString();
    }

    /** There will be no answer. */
    Verdict onFailure(ProducerBatch batch, KafkaException cause, Transmission transmission) {
        boolean isInDoubt = transmission == Transmission.POSSIBLY_SENT;
        boolean isUnconfirmed = isInDoubt && acks(batch) == Acks.NONE;
        if (isPermanent(cause) || isUnconfirmed || (isInDoubt && !mayRetry(batch))) {
            return new Verdict.Failed(ProducerFailures.notAnswered(batch, cause, isInDoubt || batch.isInDoubt()));
        }
        return new Verdict.Retry(cause, true, isInDoubt);
    }

    private static Acks acks(ProducerBatch batch) {
        return batch.queue().topic().options().acks();
    }

    /** Whether trying again can't help. */
    static boolean isPermanent(KafkaException cause) {
        return cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof UnsupportedVersionException
                || cause instanceof ClosedException;
    }

    private boolean mayRetry(ProducerBatch batch) {
        return batch.attempts() <= options.retriesMax();
    }
}
