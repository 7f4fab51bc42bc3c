package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Turns host names into addresses, off the event loops, because the JDK's look-up blocks. */
@ThreadSafe
@FunctionalInterface
public interface HostResolver {

    /** All addresses of the host in the order to try them in, at least one; or fails with {@link java.net.UnknownHostException}. */
    CompletableFuture<List<InetAddress>> resolve(String host);
}
