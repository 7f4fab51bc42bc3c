package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.protocol.ResponseMessage;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as producers, consumers and admins see it: what is known of it, its brokers, and calls that find their way.
 * This is the small object that other threads hold; what it stands for lives in {@link ClusterState} on the home loop.
 */
@ThreadSafe
public final class Cluster {
    private final ClientOptions options;
    private final ClientRuntime runtime;
    private final EventLoop homeLoop;
    private final Brokers brokers;
    private final ClusterState state;

    /** A cluster that will be found through the options' bootstrap servers; nothing is sent before {@link #start}. */
    public Cluster(ClientOptions options, ClientRuntime runtime, Connector connector) {
        this.options = options;
        this.runtime = runtime;
        this.homeLoop = runtime.homeLoop();
        this.brokers = new Brokers(options, runtime, connector, this::onConnectionFailed);
        this.state = new ClusterState(options, runtime, brokers);
    }

    private void onConnectionFailed(Broker broker, KafkaException cause) {
        homeLoop.execute(() -> state.onConnectionFailed(broker, cause));
    }

    /** Begins to look for the cluster. Returns at once. */
    public void start() {
        homeLoop.execute(state::start);
    }

    /** The options that the client was built with. */
    public ClientOptions options() {
        return options;
    }

    /** The client's threads, clocks and chance. */
    public ClientRuntime runtime() {
        return runtime;
    }

    /** The loop on which metadata listeners run and call futures complete. */
    public EventLoop homeLoop() {
        return homeLoop;
    }

    /** What is known of the cluster now; {@link Metadata#EMPTY} before the first answer. */
    public Metadata metadata() {
        return brokers.metadata();
    }

    /**
     * Completes on the home loop when a broker has answered and one of the advertised listeners accepts connections; fails
     * after the timeout with what went wrong, by address.
     */
    public CompletableFuture<Void> awaitReachable(long timeoutNanos) {
        CompletableFuture<Void> reachable = new CompletableFuture<>();
        homeLoop.execute(() -> state.awaitReachable(reachable, timeoutNanos));
        return reachable;
    }

    /** Calls the listener on the home loop after every change from now on. */
    public void addMetadataListener(MetadataListener listener) {
        homeLoop.execute(() -> state.addListener(listener));
    }

    /** Stops calling the listener. */
    public void removeMetadataListener(MetadataListener listener) {
        homeLoop.execute(() -> state.removeListener(listener));
    }

    /** Keeps the topic's metadata fresh until as many calls of {@link #untrack} have followed. */
    public void track(String topic) {
        homeLoop.execute(() -> state.track(topic));
    }

    /** Ends one {@link #track}. */
    public void untrack(String topic) {
        homeLoop.execute(() -> state.untrack(topic));
    }

    /** As {@link #track}, for a topic that was found by other means: should it be deleted, this does not create it anew. */
    public void trackExisting(String topic) {
        homeLoop.execute(() -> state.trackExisting(topic));
    }

    /** Ends one {@link #trackExisting}. */
    public void untrackExisting(String topic) {
        homeLoop.execute(() -> state.untrackExisting(topic));
    }

    /**
     * The metadata of a tracked topic, as soon as it is known; completes on the home loop, or at once if it is known already.
     * Fails after the timeout, or earlier if the cluster says that the topic can't be had (not authorized, invalid name).
     */
    public CompletableFuture<TopicMetadata> topic(String topic, long timeoutNanos) {
        TopicMetadata known = metadata().topic(topic);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<TopicMetadata> future = new CompletableFuture<>();
        homeLoop.execute(() -> state.awaitTopic(topic, future, timeoutNanos));
        return future;
    }

    /** Asks for metadata soon; many requests make one refresh. The reason is for the log. */
    public void refreshMetadata(String reason) {
        homeLoop.execute(() -> state.refresh(reason));
    }

    /**
     * A broker told the new leader of a partition in its answer (KIP-951). Taken if it is newer than what is known.
     *
     * @param leader where the new leader listens, or null if the answer did not say
     */
    public void onLeaderHint(UUID topicId, int partition, int leaderId, int leaderEpoch, @Nullable Node leader) {
        homeLoop.execute(() -> state.onLeaderHint(topicId, partition, leaderId, leaderEpoch, leader));
    }

    /** The broker with this id, over the connection that all share; for requests that brokers answer at once. */
    public Broker broker(int nodeId) {
        return brokers.shared(nodeId);
    }

    /**
     * A connection of one's own to the broker with this id, on the same loop as all others to it; for requests that wait at
     * the broker (fetch, join group). The caller closes it.
     */
    public Broker dedicatedBroker(int nodeId) {
        return brokers.dedicated(nodeId);
    }

    /** As {@link #dedicatedBroker(int)}, on a loop of the caller's choice. */
    public Broker dedicatedBroker(int nodeId, EventLoop loop) {
        return brokers.dedicated(nodeId, loop);
    }

    /** The coordinator now; completes on the home loop. See {@link #dedicatedBroker} for a connection to it. */
    public CompletableFuture<Node> coordinator(CoordinatorKey key) {
        CompletableFuture<Node> found = new CompletableFuture<>();
        homeLoop.execute(() -> relay(state.coordinators().find(key), found));
        return found;
    }

    /** This node said that it is not the coordinator, or can't be reached: the next look-up asks again. */
    public void invalidateCoordinator(CoordinatorKey key, int nodeId) {
        homeLoop.execute(() -> state.coordinators().invalidate(key, nodeId));
    }

    /**
     * Sends a request to wherever it belongs, with retries until it is answered or its time is up. Completes on the home loop;
     * fails with a {@link KafkaException}. Cancelling the future ends the retries; what was sent stays sent.
     */
    public <R extends ResponseMessage> CompletableFuture<R> call(Call<R> call) {
        CompletableFuture<R> result = new CompletableFuture<>();
        homeLoop.execute(() -> {
            CompletableFuture<R> routed = state.call(call);
            relay(routed, result);
            result.whenComplete((response, failure) -> {
                if (result.isCancelled()) {
                    homeLoop.execute(() -> routed.cancel(false));
                }
            });
        });
        return result;
    }

    private static <T> void relay(CompletableFuture<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(ClusterFailures.of(failure));
            }
        });
    }

    /** Fails all calls and waits, closes the shared connections. Returns at once. */
    public void close(KafkaException cause) {
        homeLoop.execute(() -> state.close(cause));
        brokers.close(cause);
    }
}
