package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Who coordinates which group or transactional id: looked up once (FindCoordinator), kept until somebody is told that it is
 * wrong. Owned by the home loop; called by {@link RoutedCall}.
 */
@EventLoopConfined
final class Coordinators {
    private static final int KNOWN_MAX = 10_000;

    private final EventLoop loop;
    private final Function<RequestMessage<FindCoordinatorResponse>, CompletableFuture<FindCoordinatorResponse>> ask;
    /** The oldest is forgotten when an admin has asked for very many groups. */
    private final Map<CoordinatorKey, CompletableFuture<Node>> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<CoordinatorKey, CompletableFuture<Node>> eldest) {
            return size() > KNOWN_MAX;
        }
    };

    Coordinators(
            EventLoop loop,
            Function<RequestMessage<FindCoordinatorResponse>, CompletableFuture<FindCoordinatorResponse>> ask) {
        this.loop = loop;
        this.ask = ask;
    }

    /** The coordinator; the future completes on the home loop, with a failure if the look-up failed, which is not kept. */
    CompletableFuture<Node> find(CoordinatorKey key) {
        assert loop.inEventLoop();
        CompletableFuture<Node> found = known.get(key);
        if (found != null) {
            return found;
        }
        CompletableFuture<Node> lookUp = ask.apply(request(key)).thenApply(response -> coordinator(key, response));
        known.put(key, lookUp);
        lookUp.whenComplete((node, failure) -> {
            if (failure != null) {
                known.remove(key, lookUp);
            }
        });
        return lookUp;
    }

    /** Somebody was told by this node that it is not the coordinator, or could not reach it. */
    void invalidate(CoordinatorKey key, int nodeId) {
        CompletableFuture<Node> found = known.get(key);
        Node coordinator = found == null ? null : found.getNow(null);
        if (coordinator != null && coordinator.id() == nodeId) {
            known.remove(key);
        }
    }

    /** Up to version 3 there is one key, from version 4 on a list (KIP-699). */
    private static VersionedRequest<FindCoordinatorResponse> request(CoordinatorKey key) {
        byte keyType = key.type().keyType();
        return new VersionedRequest<>(
                ApiKey.FIND_COORDINATOR,
                version -> version >= 4
                        ? new FindCoordinatorRequest("", keyType, List.of(key.key()))
                        : new FindCoordinatorRequest(key.key(), keyType, List.of()));
    }

    private static Node coordinator(CoordinatorKey key, FindCoordinatorResponse response) {
        if (response.coordinators().isEmpty()) {
            check(key, ErrorCode.of(response.errorCode()));
            return node(key, response.nodeId(), response.host(), response.port());
        }
        FindCoordinatorResponse.Coordinator coordinator =
                response.coordinators().get(0);
        check(key, ErrorCode.of(coordinator.errorCode()));
        return node(key, coordinator.nodeId(), coordinator.host(), coordinator.port());
    }

    private static Node node(CoordinatorKey key, int nodeId, String host, int port) {
        Node node = AdvertisedNode.of(nodeId, host, port, null);
        if (node == null) {
            throw ClusterFailures.impossibleCoordinator(key, nodeId, port);
        }
        return node;
    }

    private static void check(CoordinatorKey key, ErrorCode error) {
        if (error != ErrorCode.NONE) {
            throw ClusterFailures.noCoordinator(key, ApiKey.FIND_COORDINATOR, error);
        }
    }
}
