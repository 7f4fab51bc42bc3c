package dev.ottla.internal.client;

import dev.ottla.KafkaClient;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ClosedException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ClusterSource;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.NettyRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one kind of client: a cluster on a runtime. Made by {@link KafkaClient} on the machine's threads, clocks and sockets, and
 * by the test kit on simulated ones. Thread-safe, as all that it hands out.
 */
@ThreadSafe
public final class ConnectedKafkaClient implements KafkaClient, ClusterSource {
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(9_500);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final ClientRuntime runtime;
    private final Cluster cluster;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A client that begins at once to look for its cluster. Takes ownership of the runtime. */
    public ConnectedKafkaClient(ClientOptions options, ClientRuntime runtime, Connector connector) {
        this.runtime = runtime;
        this.cluster = new Cluster(options, runtime, connector);
        cluster.start();
    }

    /** As {@link KafkaClient#create}. */
    public static KafkaClient create(ClientOptions options) {
        NettyRuntime runtime = new NettyRuntime(options);
        return new ConnectedKafkaClient(options, runtime, runtime.connector());
    }

    /** As {@link KafkaClient#connect(ClientOptions)}. */
    public static KafkaClient connect(ClientOptions options) {
        KafkaClient client = create(options);
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
        if (closed.compareAndSet(false, true)) {
            cluster.close(new ClosedException("The KafkaClient was closed.", null));
            runtime.close(CLOSE_TIMEOUT);
        }
    }
}
