package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.Connector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The brokers of a cluster by node id, each with its loop, and the latest {@link Metadata}, which tells where they listen.
 * Read by any thread; the metadata is replaced by {@link ClusterState} on the home loop.
 */
@ThreadSafe
final class Brokers {
    private final ClientOptions options;
    private final ClientRuntime runtime;
    private final Connector connector;
    private final BiConsumer<Broker, KafkaException> onConnectionFailed;
    private final List<Broker> bootstrap = new ArrayList<>();
    private final ConcurrentHashMap<Integer, Broker> shared = new ConcurrentHashMap<>();

    /** All but those of the bootstrap addresses; what closes with the client, whoever forgot to close it before. */
    private final Queue<Broker> open = new ConcurrentLinkedQueue<>();

    private final ConcurrentHashMap<Integer, EventLoop> loops = new ConcurrentHashMap<>();
    private volatile Metadata metadata = Metadata.EMPTY;
    private volatile @Nullable KafkaException closeCause;

    Brokers(
            ClientOptions options,
            ClientRuntime runtime,
            Connector connector,
            BiConsumer<Broker, KafkaException> onConnectionFailed) {
        this.options = options;
        this.runtime = runtime;
        this.connector = connector;
        this.onConnectionFailed = onConnectionFailed;
        int nodeId = -1;
        for (BrokerAddress address : bootstrapAddresses(options)) {
            ReconnectPolicy policy = ReconnectPolicy.forBootstrap(options, runtime.newRandom());
            bootstrap.add(create(nodeId--, runtime.homeLoop(), () -> address, policy));
        }
    }

    private static List<BrokerAddress> bootstrapAddresses(ClientOptions options) {
        return options.bootstrapServers().stream().map(BrokerAddress::of).toList();
    }

    Metadata metadata() {
        return metadata;
    }

    void setMetadata(Metadata newMetadata) {
        metadata = newMetadata;
    }

    /** One for each bootstrap address, with ids from -1 downwards. */
    List<Broker> bootstrap() {
        return bootstrap;
    }

    Broker shared(int nodeId) {
        return shared.computeIfAbsent(nodeId, this::dedicated);
    }

    Broker dedicated(int nodeId) {
        return dedicated(nodeId, loops.computeIfAbsent(nodeId, id -> runtime.nextLoop()));
    }

    Broker dedicated(int nodeId, EventLoop loop) {
        ReconnectPolicy policy = ReconnectPolicy.forNode(options, runtime.newRandom());
        Broker broker = create(nodeId, loop, () -> addressOf(nodeId), policy);
        open.add(broker);
        KafkaException cause = closeCause;
        if (cause != null) {
            // It came too late to be closed with the others.
            broker.close(cause);
        }
        return broker;
    }

    private Broker create(
            int nodeId, EventLoop loop, Supplier<@Nullable BrokerAddress> address, ReconnectPolicy policy) {
        return new Broker(nodeId, loop, connector, address, policy, new Broker.Observer() {
            @Override
            public void onConnectionFailed(Broker broker, KafkaException cause) {
                onConnectionFailed.accept(broker, cause);
            }

            @Override
            public void onClosed(Broker broker) {
                open.remove(broker);
            }
        });
    }

    private @Nullable BrokerAddress addressOf(int nodeId) {
        Node node = metadata.node(nodeId);
        return node == null ? null : new BrokerAddress(node.host(), node.port());
    }

    void close(KafkaException cause) {
        closeCause = cause;
        bootstrap.forEach(broker -> broker.close(cause));
        open.forEach(broker -> broker.close(cause));
    }
}
