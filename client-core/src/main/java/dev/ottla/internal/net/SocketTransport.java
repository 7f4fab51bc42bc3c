package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The kernel interface that sockets use: native epoll where its jar is present and loads, the JDK's selectors elsewhere. */
@Immutable
record SocketTransport(
        String name,
        IoHandlerFactory ioHandlerFactory,
        ChannelFactory<? extends Channel> channelFactory,
        boolean isAnyThreadWelcome) {

    static SocketTransport best() {
        return isEpollPresent() ? NativeEpoll.transport() : nio();
    }

    static SocketTransport nio() {
        return new SocketTransport("nio", NioIoHandler.newFactory(), NioSocketChannel::new, false);
    }

    private static boolean isEpollPresent() {
        try {
            return NativeEpoll.isAvailable();
        } catch (NoClassDefFoundError absent) {
            // The optional jar is not there; that is a choice of the application, not a failure.
            return false;
        }
    }

    /** Holds every mention of the optional classes, so that nothing else fails to load without them. */
    private static final class NativeEpoll {
        static boolean isAvailable() {
            return Epoll.isAvailable();
        }

        static SocketTransport transport() {
            return new SocketTransport("epoll", EpollIoHandler.newFactory(), EpollSocketChannel::new, true);
        }
    }
}
