package dev.ottla.testkit;

import dev.ottla.testkit.fault.FaultProxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The ports of one broker: where it listens, by listener, and where clients are told to connect, which is elsewhere if there
 * is a proxy before it. Made by {@link Launch} before the broker starts.
 */
record BrokerPorts(Map<String, Integer> bound, Map<String, Integer> proxied, int controller) {
    BrokerPorts {
        bound = new LinkedHashMap<>(bound);
        proxied = Map.copyOf(proxied);
    }

    /** The same, with these proxies before the listeners. */
    BrokerPorts behind(Map<String, FaultProxy> proxies) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        proxies.forEach((listener, proxy) -> ports.put(listener, proxy.port()));
        return new BrokerPorts(bound, ports, controller);
    }

    /** In the order in which they were asked for. */
    Set<String> listeners() {
        return bound.keySet();
    }

    int bound(String listener) {
        Integer port = bound.get(listener);
        if (port == null) {
            throw new IllegalArgumentException("no listener " + listener + "; there are " + bound.keySet());
        }
        return port;
    }

    int advertised(String listener) {
        Integer port = proxied.get(listener);
        return port == null ? bound(listener) : port;
    }
}
