package dev.ottla.internal.net;

import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ApiKey;
import java.util.ArrayDeque;

/**
 * The requests of one connection that wait for their answers, oldest first. Steps 7 and 10 of sending; owned by the
 * connection's loop. A broker answers in order, so an answer that does not carry the head's correlation id means that the
 * two sides no longer agree on what is what, and the connection must end.
 */
@EventLoopConfined
final class InFlightQueue {

    /** One request that was sent. */
    record InFlight(
            int correlationId,
            ApiKey apiKey,
            short version,
            long sentNanos,
            long deadlineNanos,
            ResponseHandler handler) {}

    private final ArrayDeque<InFlight> requests = new ArrayDeque<>();

    void add(InFlight request) {
        requests.addLast(request);
    }

    /** Takes the head off, which the answer with this correlation id must belong to. */
    InFlight complete(int correlationId) {
        InFlight head = requests.peekFirst();
        if (head == null) {
            throw new MalformedMessageException(
                    "An answer with correlation id " + correlationId + " came, but no request waits for one");
        }
        if (head.correlationId() != correlationId) {
            throw new MalformedMessageException("An answer with correlation id " + correlationId + " came, but "
                    + head.apiKey() + " with " + head.correlationId() + " is next in line");
        }
        return requests.removeFirst();
    }

    /** Fails all, oldest first; requests that a handler adds meanwhile are failed too. */
    void failAll(KafkaException cause) {
        for (InFlight request = requests.pollFirst(); request != null; request = requests.pollFirst()) {
            request.handler().onFailure(cause, Transmission.POSSIBLY_SENT);
        }
    }

    /** The first request in line whose deadline has passed, or null. */
    @org.jspecify.annotations.Nullable
    InFlight firstExpired(long nowNanos) {
        for (InFlight request : requests) {
            if (nowNanos - request.deadlineNanos() >= 0) {
                return request;
            }
        }
        return null;
    }

    /** Nanoseconds until the earliest deadline; call only when not empty. */
    long nanosToNextDeadline(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (InFlight request : requests) {
            next = Math.min(next, request.deadlineNanos() - nowNanos);
        }
        return next;
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    int size() {
        return requests.size();
    }
}
