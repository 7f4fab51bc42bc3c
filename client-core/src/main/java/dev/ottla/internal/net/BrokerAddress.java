package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;

/** Where a broker listens: a host name or IP literal, not yet resolved, and a port. */
@Immutable
public record BrokerAddress(String host, int port) {

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
