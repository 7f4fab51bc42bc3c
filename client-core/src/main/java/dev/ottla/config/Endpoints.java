package dev.ottla.config;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as {@code bootstrap.servers} has them. Names are not resolved here. */
final class Endpoints {
    private static final int PORT_MAX = 65_535;

    /** An optional listener name, then a host name or an IP address (IPv6 in brackets), then the port. */
    private static final Pattern ENDPOINT =
            Pattern.compile("(?:[A-Za-z0-9_-]+://)?(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

    private Endpoints() {}

    static ValueType<InetSocketAddress> type() {
        return new ValueType<>("host:port", Endpoints::parse, ValueType.Check.none(), Endpoints::format, false);
    }

    private static InetSocketAddress parse(String text) {
        Matcher matcher = ENDPOINT.matcher(text);
        ValueTypes.require(matcher.matches(), "has \"" + text + "\" where host:port must be");
        int port = Integer.parseInt(matcher.group(3));
        ValueTypes.require(port > 0 && port <= PORT_MAX, "has the port " + port + "; ports are 1 to " + PORT_MAX);
        String address = matcher.group(1);
        return InetSocketAddress.createUnresolved(address == null ? matcher.group(2) : address, port);
    }

    private static String format(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
