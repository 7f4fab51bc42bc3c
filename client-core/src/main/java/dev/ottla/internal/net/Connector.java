package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;

/** Opens connections: the one door to sockets. Implemented over Netty, and by a simulated network. */
@ThreadSafe
public interface Connector {

    /**
     * Resolves the host, tries its addresses in turn, negotiates versions, and reports to the listener on {@code loop}; all
     * within the setup timeout. Must be called on {@code loop}; the listener is never called before this method returns.
     *
     * @return gives the attempt up, and the connection if it has been made; the listener then hears {@code onClosed}
     */
    Attempt connect(EventLoop loop, BrokerAddress address, long setupTimeoutNanos, ConnectionListener listener);

    /** A connection being made. */
    @FunctionalInterface
    interface Attempt {

        /** Gives up; from the loop. */
        void cancel();
    }
}
