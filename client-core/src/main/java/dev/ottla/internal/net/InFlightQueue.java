package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ApiKey;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

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

    /** Takes the head off if the answer with this correlation id belongs to it; null if the answer belongs to none. */
    @Nullable
    InFlight complete(int correlationId) {
        InFlight head = requests.peekFirst();
        return head == null || head.correlationId() != correlationId ? null : requests.removeFirst();
    }

    /** The request that the next answer must belong to, or null if there is none. */
    @Nullable
    InFlight head() {
        return requests.peekFirst();
    }

    /** Takes the oldest off, or null if there is none. */
    @Nullable
    InFlight poll() {
        return requests.pollFirst();
    }

    /** The first request in line whose deadline has passed, or null. */
    @Nullable
    InFlight firstExpired(long nowNanos) {
        for (InFlight request : requests) {
            if (nowNanos - request.deadlineNanos() >= 0) {
                return request;
            }
        }
        return null;
    }

    /** Nanoseconds until the earliest deadline, {@link Long#MAX_VALUE} if there is none. */
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
