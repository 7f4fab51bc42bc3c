package dev.ottla.common;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One broker as the cluster advertises it. Immutable.
 *
 * @param id the broker's id; negative for an address from {@code bootstrap.servers} whose id is not known yet
 * @param host the name or address that clients connect to
 * @param port the port, 0 to 65535
 * @param rack the broker's rack, or null if it has none
 */
public record Node(int id, String host, int port, @Nullable String rack) implements Serializable {
    private static final int PORT_MAX = 65_535;

    /**
     * Checks the address.
     *
     * @throws IllegalArgumentException if the host is blank or the port out of range
     */
    public Node {
        Objects.requireNonNull(host, "host");
        if (host.isBlank()) {
            throw new IllegalArgumentException("host of node " + id + " must not be blank");
        }
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port of node " + id + " must be 0 to " + PORT_MAX + ", was " + port);
        }
    }

    /** A broker without a rack. */
    public Node(int id, String host, int port) {
        this(id, host, port, null);
    }

    /** The address as one writes it in {@code bootstrap.servers}; an IPv6 address gets its brackets. */
    public String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /** The id, if it is known, and the address: {@code node 3 (broker3:9092)}. */
    @Override
    public String toString() {
        return id < 0 ? "bootstrap server " + address() : "node " + id + " (" + address() + ")";
    }
}
