package dev.ottla.admin.internal;

import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Asks brokers about themselves: the items are their node ids. Owned by one {@link Fanout}. */
@EventLoopConfined
public final class NodeLocator implements Locator<Integer> {

    @Override
    public CompletableFuture<Locations<Integer>> locate(List<Integer> nodeIds, Deadline deadline) {
        Locations<Integer> locations = new Locations<>();
        nodeIds.forEach(nodeId -> locations.found(nodeId, Route.node(nodeId)));
        return CompletableFuture.completedFuture(locations);
    }
}
