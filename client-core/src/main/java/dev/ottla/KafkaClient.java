package dev.ottla;

import dev.ottla.config.ClientOptions;
import dev.ottla.internal.client.ConnectedKafkaClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The shared handle to one Kafka cluster: event loops, connections and metadata, used by any number of producers, consumers
 * and admins of a process. Make one per cluster, close it last.
 *
 * <pre>{@code
 * try (KafkaClient kafka = KafkaClient.connect("localhost:9092")) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public sealed interface KafkaClient extends AutoCloseable permits ConnectedKafkaClient {

    /**
     * A client with default options that has reached the cluster. Blocks until a bootstrap server has answered and one of the
     * brokers that it names accepts connections, at most 10 seconds.
     *
     * @param bootstrapServers one or more {@code host:port}; any broker of the cluster will do, a second one helps when the
     *     first is down
     * @throws dev.ottla.errors.InvalidOptionsException if an address is not one, before anything is sent
     * @throws dev.ottla.errors.ConnectionException if the cluster can't be reached; the message names each address with its
     *     cause
     */
    static KafkaClient connect(String... bootstrapServers) {
        return connect(
                ClientOptions.builder().bootstrapServers(bootstrapServers).build());
    }

    /**
     * A client with these options that has reached the cluster. Blocks as {@link #connect(String...)} does.
     *
     * @throws dev.ottla.errors.InvalidOptionsException if a key or certificate can't be used, before anything is sent
     * @throws dev.ottla.errors.AuthenticationException as soon as every address has refused this client, or was refused by it
     * @throws dev.ottla.errors.ConnectionException if the cluster can't be reached
     */
    static KafkaClient connect(ClientOptions options) {
        return ConnectedKafkaClient.connect(options);
    }

    /**
     * A client with these options that looks for the cluster in the background. Reads the files of keys and certificates that
     * the options name, and does not block otherwise; what needs the cluster waits for it under its own deadline, so an
     * application may start before its brokers do.
     *
     * @throws dev.ottla.errors.InvalidOptionsException if a key or certificate can't be used
     */
    static KafkaClient create(ClientOptions options) {
        return ConnectedKafkaClient.create(options);
    }

    /** The options that this client was built with. */
    ClientOptions options();

    /**
     * Completes when the cluster is reachable: a bootstrap server has answered and one of the brokers that it names accepts
     * connections. Does not block.
     *
     * @param timeout after which it fails with a {@link dev.ottla.errors.ConnectionException} that names each address with its
     *     cause
     */
    CompletableFuture<Void> whenReachable(Duration timeout);

    /**
     * Ends all connections and threads of this client. What is still in flight fails with a
     * {@link dev.ottla.errors.ClosedException}; so close producers and consumers first, they bring their work to an end. Blocks
     * for at most two seconds; from one of the client's own callbacks not at all. Closing twice does nothing.
     */
    @Override
    void close();
}
