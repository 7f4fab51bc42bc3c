package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;
import java.net.InetSocketAddress;

/** Where a broker listens: a host name or IP literal, not yet resolved, and a port. */
@Immutable
public record BrokerAddress(String host, int port) {

    /** The address of a {@code bootstrap.servers} entry, as it was written. */
    public static BrokerAddress of(InetSocketAddress unresolved) {
        return new BrokerAddress(unresolved.getHostString(), unresolved.getPort());
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
