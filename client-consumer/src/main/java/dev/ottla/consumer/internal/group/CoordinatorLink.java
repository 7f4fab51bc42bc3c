package dev.ottla.consumer.internal.group;

import dev.ottla.common.Node;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member's own connection to its coordinator, on which JoinGroup and SyncGroup wait for other members without holding up
 * commits. Owned by the home loop, where all futures complete. It sends a request once; who sends it decides about another.
 */
@EventLoopConfined
final class CoordinatorLink {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLink.class);

    private final Cluster cluster;
    private final EventLoop home;
    private final CoordinatorKey key;
    private @Nullable Broker broker;

    /** How often it was closed: what was asked for before must not connect again. */
    private int closings;

    CoordinatorLink(Cluster cluster, String groupId) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.key = new CoordinatorKey(CoordinatorKey.Type.GROUP, groupId);
    }

    /** Finds the coordinator if need be, sends, and reads the answer while its frame is there. */
    <R extends ResponseMessage, T> CompletableFuture<T> send(
            RequestMessage<R> request, Duration timeout, Function<R, T> read) {
        assert home.inEventLoop();
        CompletableFuture<T> result = new CompletableFuture<>();
        Broker known = broker;
        if (known != null) {
            send(known, request, timeout, read, result);
            return result;
        }
        int closingsBefore = closings;
        cluster.coordinator(key).whenComplete((node, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (closings != closingsBefore) {
                result.completeExceptionally(GroupFailures.coordinatorMoved(key.key()));
            } else {
                send(connect(node), request, timeout, read, result);
            }
        });
        return result;
    }

    private Broker connect(Node node) {
        Broker known = broker;
        if (known == null) {
            known = cluster.dedicatedBroker(node.id());
            broker = known;
        }
        return known;
    }

    private <R extends ResponseMessage, T> void send(
            Broker to, RequestMessage<R> request, Duration timeout, Function<R, T> read, CompletableFuture<T> result) {
        ResponseHandler handler = new ResponseHandler() {
            @Override
            public int onResponse(ByteBuf body, short version) {
                R response = request.readResponse(body, version);
                T answer = read.apply(response);
                home.execute(() -> result.complete(answer));
                return response.throttleTimeMs();
            }

            @Override
            public void onFailure(KafkaException cause, Transmission transmission) {
                home.execute(() -> {
                    moved(to);
                    result.completeExceptionally(cause);
                });
            }
        };
        to.loop().execute(() -> to.send(request, timeout.toNanos(), handler));
    }

    /** The broker said that it is not the coordinator; the next request asks who is. */
    void moved() {
        Broker known = broker;
        if (known != null) {
            moved(known);
        }
    }

    /** Also after a failure: a coordinator that can't be reached has often been replaced. */
    private void moved(Broker from) {
        cluster.invalidateCoordinator(key, from.nodeId());
        if (broker == from) {
            broker = null;
            from.close(GroupFailures.coordinatorMoved(key.key()));
        }
    }

    /**
     * Closes this, and tells the group that the member is gone, with retries; completes in any case. Goes over the shared
     * connections, because the member's own may be waiting for JoinGroup.
     */
    <R extends ResponseMessage> CompletableFuture<Void> leave(
            RequestMessage<R> request, Function<R, ErrorCode> errorOf, Duration timeout) {
        close(GroupFailures.coordinatorMoved(key.key()));
        return cluster.call(new Call<>(
                        Route.groupCoordinator(key.key()), request, RetrySafety.REPEATABLE, errorOf, timeout))
                .handle((response, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "[{}] Leaving group {} was not confirmed: {}",
                                cluster.options().clientId(),
                                key.key(),
                                failure.getMessage());
                    }
                    return null;
                });
    }

    void close(KafkaException cause) {
        closings++;
        Broker known = broker;
        broker = null;
        if (known != null) {
            known.close(cause);
        }
    }
}
