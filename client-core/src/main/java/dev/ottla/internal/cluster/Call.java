package dev.ottla.internal.cluster;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.time.Duration;
import java.util.function.Function;

/**
 * A request with everything that is needed to bring it to its end: where it goes, whether it may be repeated, how its answer
 * tells that it should be, and until when.
 *
 * @param errorOf the error in the answer that stands for the whole of it; a retriable one leads to another attempt, any other
 *     is the caller's to look at
 * @param attemptsMax how often it may be sent at most; 1 for a caller that decides itself what to send next, and where
 * @param onDoubt runs on the home loop whenever an attempt may have been executed and its answer was lost, so that who looks at
 *     the answer to a later attempt knows
 * @param <R> the response
 */
@Immutable
public record Call<R extends ResponseMessage>(
        Route route,
        RequestMessage<R> request,
        RetrySafety retrySafety,
        Function<R, ErrorCode> errorOf,
        Duration timeout,
        int attemptsMax,
        Runnable onDoubt) {

    /** A call that is tried until its time is up. */
    public Call(
            Route route,
            RequestMessage<R> request,
            RetrySafety retrySafety,
            Function<R, ErrorCode> errorOf,
            Duration timeout) {
        this(route, request, retrySafety, errorOf, timeout, Integer.MAX_VALUE);
    }

    /** A call that is sent so often at most, by a caller that decides itself what to send next. */
    public Call(
            Route route,
            RequestMessage<R> request,
            RetrySafety retrySafety,
            Function<R, ErrorCode> errorOf,
            Duration timeout,
            int attemptsMax) {
        this(route, request, retrySafety, errorOf, timeout, attemptsMax, () -> {});
    }

    /** The same call, with somebody who has to know when an attempt may have been executed and its answer was lost. */
    public Call<R> onDoubt(Runnable listener) {
        return new Call<>(route, request, retrySafety, errorOf, timeout, attemptsMax, listener);
    }
}
