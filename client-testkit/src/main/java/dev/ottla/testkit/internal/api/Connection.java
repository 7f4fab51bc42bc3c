package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.RequestHeader;
import org.jspecify.annotations.Nullable;

/** What handlers may know of and do to the connection that a request came on. Implemented by the broker's session. */
@EventLoopConfined
public interface Connection {

    /** The broker that the client is connected to. */
    int nodeId();

    /** The client's address. */
    String clientHost();

    /**
     * Ends the request that is worked on, and lets the next one begin: a broker works on one request of a connection at a
     * time.
     *
     * @param response null if the request is not answered, as with acks=0
     * @param delayNanos how long the response is held back
     */
    void respond(RequestHeader request, @Nullable ResponseMessage response, long delayNanos);

    /** Closes the connection. */
    void disconnect();
}
