package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * Reads where a broker listens out of an answer, which may name what nobody can listen on. Called by whoever reads answers
 * that name nodes.
 */
@Immutable
final class AdvertisedNode {
    private static final int PORT_MAX = 65_535;

    /** RFC 1035 allows a name 253 characters; an IPv6 literal with a zone is shorter. */
    private static final int HOST_LENGTH_MAX = 255;

    private AdvertisedNode() {}

    /** The node, or null if nobody can listen there. */
    static @Nullable Node of(int id, String host, int port, @Nullable String rack) {
        boolean isPossible = id >= 0
                && port > 0
                && port <= PORT_MAX
                && !host.isBlank()
                && host.length() <= HOST_LENGTH_MAX
                && host.chars().noneMatch(c -> c <= ' ' || Character.isISOControl(c));
        return isPossible ? new Node(id, host, port, rack) : null;
    }
}
