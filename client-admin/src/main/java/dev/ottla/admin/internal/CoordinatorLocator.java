package dev.ottla.admin.internal;

import dev.ottla.common.Node;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends each group, or each transactional id, to its coordinator, and those with the same coordinator together. Owned by one
 * {@link Fanout}.
 */
@EventLoopConfined
public final class CoordinatorLocator implements Locator<String> {
    private final Calls calls;
    private final CoordinatorKey.Type type;
    private final Map<String, Node> coordinators = new HashMap<>();

    /** Finds coordinators of this type. */
    public CoordinatorLocator(Calls calls, CoordinatorKey.Type type) {
        this.calls = calls;
        this.type = type;
    }

    @Override
    public CompletableFuture<Locations<String>> locate(List<String> ids, Deadline deadline) {
        Locations<String> locations = new Locations<>();
        CompletableFuture<?>[] lookUps =
                ids.stream().map(id -> lookUp(id, locations)).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(lookUps).thenApply(nothing -> locations);
    }

    private CompletableFuture<Void> lookUp(String id, Locations<String> locations) {
        return calls.coordinator(new CoordinatorKey(type, id)).handle((coordinator, failure) -> {
            if (failure != null) {
                locations.notFound(id, ClusterFailures.of(failure));
            } else {
                coordinators.put(id, coordinator);
                locations.found(id, Route.node(coordinator.id()));
            }
            return null;
        });
    }

    @Override
    public void onMisrouted(String id, Route route, KafkaException failure) {
        boolean stillThere = failure.code() == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
        if (!stillThere && route instanceof Route.ToNode node) {
            calls.invalidateCoordinator(new CoordinatorKey(type, id), node.nodeId());
        }
    }

    /** The coordinator of a group that was located. */
    public Node coordinator(String id) {
        Node coordinator = coordinators.get(id);
        if (coordinator == null) {
            throw new IllegalStateException("The coordinator of " + id + " was not looked up.");
        }
        return coordinator;
    }
}
