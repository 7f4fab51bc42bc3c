package dev.ottla.testkit.internal.cluster;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.buffer.ByteBuf;

/**
 * One broker of the model as a network sees it: frames in, frames out. Called on the cluster's loop by whatever carries the
 * bytes, real sockets or a simulated network.
 */
@EventLoopConfined
public interface BrokerPort {

    /**
     * A client has connected. A broker that is down closes the connection as soon as this has returned.
     *
     * @param outbound what the broker sends goes there; never called before this method has returned
     * @param clientHost the client's address, as group descriptions show it
     */
    Session open(Outbound outbound, String clientHost);

    /** The broker's end of one connection. */
    interface Session {

        /** A request without its length prefix has come; requests of a connection come in the order of their sending. */
        void onFrame(ByteBuf ownedFrame);

        /** The connection has ended, whoever ended it. Nothing is sent to the outbound side afterwards. */
        void onClosed();
    }

    /** The client's end of one connection. */
    interface Outbound {

        /** Sends a response without its length prefix. */
        void send(ByteBuf ownedFrame);

        /** Ends the connection; {@link Session#onClosed} follows. */
        void close();
    }
}
