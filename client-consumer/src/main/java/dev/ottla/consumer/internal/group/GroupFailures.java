package dev.ottla.consumer.internal.group;

import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;
import org.jspecify.annotations.Nullable;

/** The words for what a coordinator refuses. */
@Immutable
final class GroupFailures {
    private GroupFailures() {}

    static KafkaException refused(String groupId, ApiKey api, ErrorCode error) {
        return ErrorDetails.ofCode(error)
                .api(api.toString())
                .hint("The group is \"" + groupId + "\". " + error.hint())
                .toException();
    }

    static KafkaException refused(String groupId, ErrorCode error, @Nullable String brokerMessage) {
        return ErrorDetails.ofCode(error)
                .api(ApiKey.CONSUMER_GROUP_HEARTBEAT.toString())
                .brokerMessage(brokerMessage)
                .hint("The group is \"" + groupId + "\". " + error.hint())
                .toException();
    }

    /** Whether the coordinator does not know the request. */
    static boolean isUnsupported(KafkaException cause) {
        return cause instanceof UnsupportedVersionException;
    }

    /** Whether asking again would not help. */
    static boolean isPermanent(KafkaException cause) {
        return cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof UnsupportedVersionException
                || cause instanceof ClosedException;
    }

    /** A coordinator that failed in a way that it did not expect has refused nothing: the next attempt may well succeed. */
    static boolean isTemporary(ErrorCode error) {
        return error.isRetriable() || error == ErrorCode.UNKNOWN_SERVER_ERROR;
    }

    static KafkaException notAssignable(String groupId, RuntimeException cause) {
        return new BrokerException(
                "The partitions of group \"" + groupId + "\" could not be divided: " + cause.getMessage(), cause);
    }

    static ConnectionException coordinatorMoved(String groupId) {
        return new ConnectionException("The coordinator of group \"" + groupId + "\" is looked for anew.", null);
    }
}
