package dev.ottla.admin.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who was asked what, at which attempt: all that an error message about one item needs besides the error. Made by
 * {@link Fanout} for each response.
 */
@Immutable
record Reply<K>(ApiKey api, List<K> keys, int attempt, Route route) {

    /** The failure of an item that has no value. */
    KafkaException failure(K key, @Nullable Answer<?> answer, RetrySafety safety) {
        if (answer instanceof Answer.Refused<?> refused) {
            ErrorCode error = ErrorCode.of(refused.errorCode());
            return ErrorDetails.ofCode(refused.errorCode())
                    .api(api.toString())
                    .topicPartition(key instanceof TopicPartition partition ? partition : null)
                    .attempts(attempt)
                    .brokerMessage(refused.errorMessage())
                    .hint(("This is about \"" + key + "\", asked of " + route + ". " + error.hint()).strip())
                    .toException();
        } else if (answer instanceof Answer.Unreadable<?> unreadable) {
            return unreadable.cause();
        }
        return malformed("The answer of " + route + " says nothing about \"" + key + "\".", safety, null);
    }

    /** The response was read, but what it says can't be. */
    KafkaException unreadable(RuntimeException cause, RetrySafety safety) {
        return cause instanceof KafkaException known
                ? known
                : malformed("The answer of " + route + " makes no sense: " + cause.getMessage(), safety, cause);
    }

    private KafkaException malformed(String what, RetrySafety safety, @Nullable Throwable cause) {
        return new MalformedMessageException(
                what,
                ErrorDetails.builder()
                        .api(api.toString())
                        .attempts(attempt)
                        .outcome(safety == RetrySafety.ONCE ? Outcome.UNKNOWN : Outcome.REJECTED)
                        .build(),
                cause);
    }

    /** The admin was closed while requests that change something were under way. */
    static KafkaException closedInDoubt(KafkaException cause) {
        return new ClosedException(
                "The admin was closed before all was answered.",
                ErrorDetails.builder()
                        .outcome(Outcome.UNKNOWN)
                        .hint("It may have been done: look before you repeat it.")
                        .build(),
                cause);
    }

    /** The deadline came while no request with this item was under way: all that were sent have been answered. */
    static KafkaException timedOut(Object key, Duration timeout, @Nullable KafkaException last) {
        return new RequestTimeoutException(
                "The time of " + timeout.toMillis() + " ms for \"" + key + "\" is up"
                        + (last == null ? "." : "; the last failure: " + last.getMessage()),
                ErrorDetails.builder()
                        .attempts(last == null ? 0 : last.attempts())
                        .topicPartition(key instanceof TopicPartition partition ? partition : null)
                        .outcome(Outcome.REJECTED)
                        .build(),
                last);
    }
}
