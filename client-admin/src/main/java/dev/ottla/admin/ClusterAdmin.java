package dev.ottla.admin;

import dev.ottla.admin.internal.Deadline;
import dev.ottla.common.Node;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Operations on the cluster and its brokers; see {@link Admin} for threads, time and errors. */
public final class ClusterAdmin {
    private final Operations operations;

    ClusterAdmin(Operations operations) {
        this.operations = operations;
    }

    /** Describes the cluster as one of its brokers sees it now (Metadata). Does not block. */
    public CompletableFuture<ClusterDescription> describe() {
        return describe(operations, operations.deadline());
    }

    /** For operations that begin with the question which brokers there are. */
    static CompletableFuture<ClusterDescription> describe(Operations operations, Deadline deadline) {
        return operations
                .read(new MetadataRequest(List.of(), false, false, false), MetadataResponse::errorCode, deadline)
                .thenApply(ClusterAdmin::description);
    }

    static ClusterDescription description(MetadataResponse response) {
        List<Node> nodes = response.brokers().stream()
                .map(broker -> new Node(broker.nodeId(), broker.host(), broker.port(), broker.rack()))
                .sorted(Comparator.comparingInt(Node::id))
                .toList();
        return new ClusterDescription(
                Optional.ofNullable(response.clusterId()),
                nodes.stream()
                        .filter(node -> node.id() == response.controllerId())
                        .findFirst(),
                nodes);
    }

    /**
     * Asks a broker which APIs it speaks, in which versions, and which features it has (ApiVersions). Does not block.
     *
     * @param nodeId the broker's id
     * @return fails with a {@link dev.ottla.errors.RequestTimeoutException} or
     *     {@link dev.ottla.errors.ConnectionException} if there is no such broker, or it can't be reached in time
     * @throws IllegalArgumentException if the id is negative
     */
    public CompletableFuture<ApiVersionsDescription> apiVersions(int nodeId) {
        new ArgumentChecks()
                .require(nodeId >= 0, "nodeId must be at least 0, was " + nodeId)
                .done();
        return operations
                .toBrokers(List.of(nodeId), new DescribeApiVersions(), operations.deadline())
                .thenApply(results -> results.get(nodeId));
    }
}
