package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;

/** The words for what can become of a commit; what is not known is never said to be undone. Called by {@link CommitQueue}. */
@Immutable
final class CommitFailures {
    private CommitFailures() {}

    /**
     * Whether a coordinator that answers so may have written the commit: it did not hear in time of enough replicas, or stopped
     * being the coordinator before it did.
     */
    static boolean leavesOpen(ErrorCode error) {
        return switch (error) {
            case REQUEST_TIMED_OUT, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> true;
            default -> error.outcome() == Outcome.UNKNOWN;
        };
    }

    /** The coordinator has answered with this. */
    static KafkaException refused(GroupIdentity as, ErrorCode error, TopicPartition partition) {
        ErrorDetails.Builder details =
                ErrorDetails.ofCode(error).api(ApiKey.OFFSET_COMMIT.toString()).topicPartition(partition);
        return switch (error) {
            case ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, REBALANCE_IN_PROGRESS ->
                new BrokerException(
                        "Nothing was committed: group \"" + as.groupId() + "\" has moved on from generation "
                                + as.generationId() + ".",
                        details.hint("The partition may belong to another member now. Go on polling; what was not"
                                        + " committed is read again by its owner.")
                                .build(),
                        null);
            default -> details.toException();
        };
    }

    /** It is not sent, or not again: the partitions are not this member's any more, or not the same topic's. */
    static KafkaException staleIdentity(GroupIdentity as) {
        return stale(as, "Nothing was committed", ErrorDetails.ofCode(ErrorCode.ILLEGAL_GENERATION));
    }

    /** The coordinator could not store the offset of this partition, and by now it is as {@link #staleIdentity} says. */
    static KafkaException notSentAgain(GroupIdentity as, TopicPartition partition) {
        return stale(
                as,
                "The offset of " + partition + " was not committed",
                ErrorDetails.ofCode(ErrorCode.ILLEGAL_GENERATION)
                        .api(ApiKey.OFFSET_COMMIT.toString())
                        .topicPartition(partition));
    }

    private static KafkaException stale(GroupIdentity as, String what, ErrorDetails.Builder details) {
        String why = as.isMember()
                ? "partitions of generation " + as.generationId() + " were taken from this member, or their"
                : "the";
        String hint = "of a topic that was created again, nothing from before can be committed.";
        return new BrokerException(
                what + " for group \"" + as.groupId() + "\": " + why + " topic was deleted and created again.",
                details.hint(
                                as.isMember()
                                        ? "Go on polling: what was not committed is read again by its owner; " + hint
                                        : "Go on polling: " + hint)
                        .build(),
                null);
    }

    /** The last attempt ended so, and an earlier one may have been stored. */
    static KafkaException inDoubt(KafkaException last) {
        if (last.outcome() == Outcome.UNKNOWN) {
            return last;
        }
        ErrorDetails details = last.details().toBuilder()
                .api(ApiKey.OFFSET_COMMIT.toString())
                .outcome(Outcome.UNKNOWN)
                .hint("An earlier attempt may have been stored. Go on polling, or repeat it: that does no harm.")
                .build();
        String message = "It is not known whether this was committed.";
        if (last instanceof ClosedException) {
            return new ClosedException(message, details, last);
        } else if (last.code() != ErrorCode.NONE && !(last instanceof BrokerException)) {
            return details.code().exception(details);
        }
        return last instanceof RetriableException
                ? new RequestTimeoutException(message, details, last)
                : new BrokerException(message, details, last);
    }
}
