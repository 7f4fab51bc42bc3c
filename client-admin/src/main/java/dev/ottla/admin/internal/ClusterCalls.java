package dev.ottla.admin.internal;

import dev.ottla.common.Node;
import dev.ottla.config.AdminOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.MetadataListener;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.ResponseMessage;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one admin, on the cluster of a live client. Knows what is under way, so that closing the admin, or the client
 * below it, ends it; called by any thread.
 */
@ThreadSafe
public final class ClusterCalls implements Calls {
    private final Cluster cluster;
    private final AdminOptions options;
    private final ExponentialBackoff backoff;

    /** How to end each operation that is under way. */
    private final Set<Consumer<KafkaException>> open = ConcurrentHashMap.newKeySet();

    private final MetadataListener closeListener = new CloseListener();
    private final AtomicReference<@Nullable KafkaException> closeCause = new AtomicReference<>();

    /** Calls on this cluster until {@link #close}. */
    public ClusterCalls(Cluster cluster, AdminOptions options) {
        this.cluster = cluster;
        this.options = options;
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
        cluster.addMetadataListener(closeListener);
    }

    private final class CloseListener implements MetadataListener {
        @Override
        public void onMetadata(Metadata previous, Metadata current) {
            // Requests find their way anew each time; what is under way does not depend on it.
        }

        @Override
        public void onClosed(KafkaException cause) {
            end(cause);
        }
    }

    @Override
    public EventLoop loop() {
        return cluster.homeLoop();
    }

    @Override
    public Duration requestTimeout() {
        return cluster.options().requestTimeout();
    }

    @Override
    public int retriesMax() {
        return options.retries();
    }

    @Override
    public long backoffNanos(int failures) {
        return backoff.delayNanos(failures);
    }

    @Override
    public <R extends ResponseMessage> CompletableFuture<R> call(Call<R> call) {
        return cluster.call(call);
    }

    @Override
    public CompletableFuture<Node> coordinator(CoordinatorKey key) {
        return cluster.coordinator(key);
    }

    @Override
    public void invalidateCoordinator(CoordinatorKey key, int nodeId) {
        cluster.invalidateCoordinator(key, nodeId);
    }

    @Override
    public void refreshMetadata(String reason) {
        cluster.refreshMetadata(reason);
    }

    @Override
    public void onClose(CompletableFuture<?> future, Consumer<KafkaException> end) {
        open.add(end);
        future.whenComplete((value, failure) -> open.remove(end));
        KafkaException cause = closeCause.get();
        if (cause != null) {
            end.accept(cause);
        }
    }

    /** Fails what is under way, on the loop; what is begun later fails at once. Closing twice does nothing. */
    public void close(KafkaException cause) {
        if (closeCause.compareAndSet(null, cause)) {
            cluster.removeMetadataListener(closeListener);
            loop().execute(() -> end(cause));
        }
    }

    private void end(KafkaException cause) {
        closeCause.compareAndSet(null, cause);
        open.forEach(end -> end.accept(cause));
    }
}
