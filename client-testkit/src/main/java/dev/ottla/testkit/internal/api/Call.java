package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.testkit.internal.api.Faults.Fault;
import org.jspecify.annotations.Nullable;

/**
 * One request that a broker works on, from its frame to its answer. Made by {@link Apis}, answered by a handler, owned by the
 * cluster's loop.
 *
 * @param <R> the response
 */
@EventLoopConfined
final class Call<R extends ResponseMessage> {
    private final ApiKey api;
    private final RequestHeader header;
    private final Connection connection;
    private final Faults faults;
    private final @Nullable Fault fault;
    private long delayNanos;
    private boolean isAnswered;

    Call(ApiKey api, RequestHeader header, Connection connection, Faults faults) {
        this.api = api;
        this.header = header;
        this.connection = connection;
        this.faults = faults;
        this.fault = faults.take(api, connection.nodeId(), null);
        if (fault instanceof Fault.Delay delay) {
            this.delayNanos = delay.nanos();
        }
    }

    ApiKey api() {
        return api;
    }

    /** The version of the request, and so of the answer. */
    short version() {
        return header.requestApiVersion();
    }

    /** The broker that was asked. */
    int nodeId() {
        return connection.nodeId();
    }

    /** As the client calls itself; empty if it does not. */
    String clientId() {
        String clientId = header.clientId();
        return clientId == null ? "" : clientId;
    }

    Connection connection() {
        return connection;
    }

    /** Whether the connection is to be closed without looking at the request. */
    boolean isCutOff() {
        return fault instanceof Fault.Disconnect disconnect && !disconnect.afterWork();
    }

    /** How long the request has to wait before it is looked at. */
    long deferredNanos() {
        return fault instanceof Fault.Defer defer ? defer.nanos() : 0;
    }

    /** The error that a test wants for the request as a whole; NONE if there is no such wish. */
    ErrorCode wantedError() {
        return fault instanceof Fault.Fail fail ? fail.error() : ErrorCode.NONE;
    }

    /** The error that a test wants for the request or for its part for this partition; asked once for each partition. */
    ErrorCode wantedError(String topic, int partition) {
        if (fault instanceof Fault.Fail fail) {
            return fail.error();
        }
        if (topic.isEmpty() || partition < 0) {
            return ErrorCode.NONE;
        }
        Fault own = faults.take(api, connection.nodeId(), new TopicPartition(topic, partition));
        if (own instanceof Fault.Delay delay) {
            delayNanos = Math.max(delayNanos, delay.nanos());
        }
        return own instanceof Fault.Fail fail ? fail.error() : ErrorCode.NONE;
    }

    /** Answers the request. */
    void reply(R response) {
        end(response);
    }

    /** Ends a request that is not answered. */
    void endWithoutAnswer() {
        end(null);
    }

    /** Closes the connection instead of an answer. */
    void disconnect() {
        isAnswered = true;
        connection.disconnect();
    }

    private void end(@Nullable R response) {
        if (isAnswered) {
            throw new IllegalStateException(api + " was answered twice");
        }
        isAnswered = true;
        if (fault instanceof Fault.Disconnect) {
            connection.disconnect();
        } else {
            connection.respond(header, response, delayNanos);
        }
    }
}
