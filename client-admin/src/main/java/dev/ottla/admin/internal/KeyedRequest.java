package dev.ottla.admin.internal;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.util.List;
import java.util.Map;

/**
 * One API that is asked about several items and answers for each: the bytes' side of an operation, without routing, retries
 * or time. Implementations are pure. Called by {@link Fanout} on its loop, once per request and once per response.
 *
 * @param <K> what names an item: a topic's name, a group's id, a partition, a node's id
 * @param <V> what an item is answered with
 */
@Immutable
public interface KeyedRequest<K, V, R extends ResponseMessage> {

    /** The request for these items, which one broker will answer. {@code timeoutMs} is for the field of that name. */
    RequestMessage<R> request(List<K> keys, int timeoutMs);

    /** What the response says about the items asked for; more is ignored, less is a failure. */
    Map<K, Answer<V>> answers(List<K> keys, R response);

    /** The error code that stands for the whole response, in APIs that have one. */
    default short errorCode(R response) {
        return ErrorCode.NONE.code();
    }

    /** Whether it may be sent again after its answer was lost. */
    default RetrySafety retrySafety() {
        return RetrySafety.REPEATABLE;
    }

    /** Whether an item that a broker answered so is worth another attempt. */
    default boolean mayRetry(KafkaException failure) {
        return Retries.mayHelp(failure, retrySafety());
    }
}
