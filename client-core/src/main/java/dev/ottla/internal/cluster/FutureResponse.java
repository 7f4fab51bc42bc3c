package dev.ottla.internal.cluster;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a generated response and completes a future with it: the simplest handler, for requests that are not hot. Called by
 * the connection on its loop. The answer is read from a copy of its bytes: the future may be looked at by any thread and at
 * any time, when the frame, and with it what the response's fields of type bytes would be slices of, is long released.
 *
 * @param <R> the response
 */
@EventLoopConfined
final class FutureResponse<R extends ResponseMessage> implements ResponseHandler {
    private final RequestMessage<R> request;
    private final CompletableFuture<R> future = new CompletableFuture<>();

    FutureResponse(RequestMessage<R> request) {
        this.request = request;
    }

    CompletableFuture<R> future() {
        return future;
    }

    @Override
    public boolean isWanted() {
        return !future.isDone();
    }

    @Override
    public int onResponse(ByteBuf body, short version) {
        R response = request.readResponse(Unpooled.copiedBuffer(body), version);
        future.complete(response);
        return response.throttleTimeMs();
    }

    @Override
    public void onFailure(KafkaException cause, Transmission transmission) {
        future.completeExceptionally(new RequestFailure(cause, transmission));
    }
}
