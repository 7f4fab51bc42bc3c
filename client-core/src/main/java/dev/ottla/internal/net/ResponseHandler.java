package dev.ottla.internal.net;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.buffer.ByteBuf;

/**
 * What becomes of one request: exactly one of its methods is called, once, on the connection's loop. Implemented where the
 * request came from, so that an answer goes back the way that the request left.
 */
@EventLoopConfined
public interface ResponseHandler {

    /**
     * Whether somebody still waits for the answer; asked from any thread before a request that had to wait for its connection
     * is sent. One that nobody waits for is not sent: its handler hears {@link #onFailure}.
     */
    default boolean isWanted() {
        return true;
    }

    /**
     * The broker answered. The body starts after the response header and is borrowed for the call; who keeps a slice of it
     * retains it. What is thrown from here, a {@link dev.ottla.errors.MalformedMessageException} above all, closes the
     * connection and comes back as {@link #onFailure}.
     *
     * @return the answer's {@code throttleTimeMs}: the connection sends nothing for that long (KIP-219)
     */
    int onResponse(ByteBuf body, short version);

    /** No answer will come: the connection was lost or never made, the request timed out, or it could not be encoded. */
    void onFailure(KafkaException cause, Transmission transmission);

    /** A request that the broker does not answer was handed to the socket. */
    default void onWritten() {
        throw new IllegalStateException("a request that expects a response does not end when it is written");
    }
}
