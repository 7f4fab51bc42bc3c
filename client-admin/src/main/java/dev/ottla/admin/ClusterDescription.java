package dev.ottla.admin;

import dev.ottla.common.Node;
import java.util.List;
import java.util.Optional;

/**
 * A cluster and its brokers. Immutable.
 *
 * @param clusterId the cluster's id
 * @param controller the broker to send changes to; in a KRaft cluster any broker, which hands them to the controller. Empty
 *     while none is known
 * @param nodes the brokers that are up, in the order of their ids
 */
public record ClusterDescription(Optional<String> clusterId, Optional<Node> controller, List<Node> nodes) {

    /** Copies the list. */
    public ClusterDescription {
        nodes = List.copyOf(nodes);
    }
}
