package dev.ottla.internal.net;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestBody;

/**
 * One ready connection to one broker. Requests are answered in the order in which they were sent; a connection completes
 * requests and never retries them. Step 7 of sending; owned by the loop that it was opened on.
 */
@EventLoopConfined
public interface BrokerConnection {

    /** The versions that this broker and this client have in common. */
    NegotiatedVersions versions();

    /**
     * Sends one request in the highest common version. The handler is called exactly once, never before this method
     * returns. The timeout also bounds what waits behind this request, so it ends the connection when it passes: answers
     * come in order, and one that is late holds up all that follow.
     */
    void send(RequestBody request, long timeoutNanos, ResponseHandler handler);

    /** Requests sent and not answered. */
    int inFlightCount();

    /** Whether the socket takes more bytes now without queueing them in memory. */
    boolean isWritable();

    /** Fails what is in flight with the cause and closes the socket. Later calls do nothing. */
    void close(KafkaException cause);
}
