package dev.ottla;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ClosedException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ClusterSource;
import dev.ottla.internal.net.NettyRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one kind of client: a cluster over Netty's event loops. */
final class ConnectedKafkaClient implements KafkaClient, ClusterSource {
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(9_500);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final NettyRuntime runtime;
    private final Cluster cluster;
    private final AtomicBoolean closed = new AtomicBoolean();

    ConnectedKafkaClient(ClientOptions options) {
        this.runtime = new NettyRuntime(options);
        this.cluster = new Cluster(options, runtime, runtime.connector());
        cluster.start();
    }

    static KafkaClient connect(ClientOptions options) {
        ConnectedKafkaClient client = new ConnectedKafkaClient(options);
        try {
            client.whenReachable(CONNECT_TIMEOUT).join();
            return client;
        } catch (CompletionException e) {
            client.close();
            throw ClusterFailures.of(e);
        }
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public ClientOptions options() {
        return cluster.options();
    }

    @Override
    public CompletableFuture<Void> whenReachable(Duration timeout) {
        return cluster.awaitReachable(TimeUnit.NANOSECONDS.convert(timeout));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        cluster.close(new ClosedException("The KafkaClient was closed.", null));
        runtime.shutdown();
        if (!runtime.inEventLoop()) {
            awaitThreads();
        }
    }

    private void awaitThreads() {
        try {
            runtime.awaitTermination(CLOSE_TIMEOUT.toNanos());
        } catch (InterruptedException e) {
            // The threads end by themselves; who interrupts does not want to wait for them.
            Thread.currentThread().interrupt();
        }
    }
}
