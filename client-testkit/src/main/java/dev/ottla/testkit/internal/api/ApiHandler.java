package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;

/**
 * What a broker does for one API. Called on the cluster's loop; it answers at once or later, but exactly once. The buffers of
 * the request belong to its frame: what is kept after the call returns is copied.
 *
 * @param <Q> the request
 * @param <R> the response
 */
@EventLoopConfined
@FunctionalInterface
interface ApiHandler<Q extends RequestMessage<R>, R extends ResponseMessage> {

    void handle(Q request, Call<R> call);
}
