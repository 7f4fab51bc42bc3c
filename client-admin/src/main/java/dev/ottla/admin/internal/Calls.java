package dev.ottla.admin.internal;

import dev.ottla.common.Node;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.ResponseMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What the admin needs of a cluster, and nothing more, so that a test can put a script in its place. All futures complete on
 * {@link #loop} and fail with a {@link KafkaException}. Live, it is a {@link ClusterCalls}.
 */
@ThreadSafe
public interface Calls {

    /** The loop that owns every {@link Fanout} and on which futures complete. */
    EventLoop loop();

    /** How long one request may take ({@code request.timeout.ms}). */
    Duration requestTimeout();

    /** How often an item may be tried again within its operation's timeout ({@code retries}). */
    int retriesMax();

    /** How long to wait before the next attempt after this many failures in a row. Loop only. */
    long backoffNanos(int failures);

    /** Sends a request to where it belongs. */
    <R extends ResponseMessage> CompletableFuture<R> call(Call<R> call);

    /** The coordinator, looked up or remembered. */
    CompletableFuture<Node> coordinator(CoordinatorKey key);

    /** This node turned out not to be the coordinator: the next look-up asks again. */
    void invalidateCoordinator(CoordinatorKey key, int nodeId);

    /** What is known of brokers and controller turned out to be old. The reason is for the log. */
    void refreshMetadata(String reason);

    /**
     * Runs {@code end} with the cause, on the loop, when the admin or its client is closed before the future completes; at once
     * if it is closed already.
     */
    void onClose(CompletableFuture<?> future, Consumer<KafkaException> end);
}
