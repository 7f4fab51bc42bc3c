package dev.ottla.testkit;

import dev.ottla.config.SaslMechanism;
import dev.ottla.testkit.fault.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real Apache Kafka brokers, run as child processes on 127.0.0.1 for tests, demonstrations and benchmarks.
 * Every node is broker and controller at once (KRaft, KIP-500); versions before 3.3 run with a ZooKeeper process of their own.
 * Kafka's jars come from the user's Maven repositories, as {@code settings.xml} says, and are fetched once per version.
 *
 * <pre>{@code
 * try (RealKafka kafka = RealKafka.start()) {
 *     connectTo(kafka.bootstrapServers());
 *     kafka.broker(1).pause();
 * }
 * }</pre>
 *
 * <p>Defaults that differ from Kafka's own: topics are not created by themselves, groups do not wait for more members
 * before their first rebalance, replication factors fit the number of brokers, and three brokers notice the loss of one
 * within about 3 s. Any setting can be changed through {@link Builder#config}.
 *
 * <p>No broker outlives the JVM that started it, even if that JVM is killed. Thread-safe.
 */
public final class RealKafka implements KafkaCluster {
    private final Launch launch;
    private final Map<Integer, RealBroker> brokers;
    private final Thread shutdownHook;
    private volatile boolean directoryKept;

    private RealKafka(Launch launch, boolean directoryKept) {
        this.launch = launch;
        this.brokers = new TreeMap<>(launch.brokers());
        this.directoryKept = directoryKept;
        // Brokers notice the end of this JVM by themselves; the hook is there to leave no directory behind.
        this.shutdownHook = new Thread(this::killAndDelete, "real-kafka-shutdown");
    }

    /**
     * Starts one broker of the default version and blocks until it is ready, 2 to 3 s on an idle machine with the jars
     * at hand.
     *
     * @throws RealKafkaException if the jars could not be found or the broker did not get ready
     */
    public static RealKafka start() {
        return builder().start();
    }

    /** A builder with one broker of the default version. */
    public static Builder builder() {
        return new Builder();
    }

    /** The PLAINTEXT addresses of all brokers, running or not, as {@code bootstrap.servers} takes them. */
    @Override
    public String bootstrapServers() {
        return bootstrapServers(ServerProperties.PLAINTEXT);
    }

    /**
     * The addresses of the named listener of all brokers, running or not, as {@code bootstrap.servers} takes them.
     *
     * @param listener a name given to {@link Builder#listener}, or {@code PLAINTEXT}
     * @throws IllegalArgumentException if there is no such listener
     */
    public String bootstrapServers(String listener) {
        return brokers().stream().map(broker -> broker.address(listener)).collect(Collectors.joining(","));
    }

    /** All brokers, by id. */
    @Override
    public List<RealBroker> brokers() {
        return List.copyOf(brokers.values());
    }

    /**
     * One broker.
     *
     * @param id counted from 1
     * @throws IllegalArgumentException if there is no such broker
     */
    @Override
    public RealBroker broker(int id) {
        RealBroker broker = brokers.get(id);
        if (broker == null) {
            throw new IllegalArgumentException("no broker " + id + "; the ids are " + brokers.keySet());
        }
        return broker;
    }

    /**
     * The proxy before the PLAINTEXT listener of a broker.
     *
     * @param brokerId counted from 1
     * @throws IllegalArgumentException if there is no such broker
     * @throws IllegalStateException if the cluster was not started with {@link Builder#behindProxies}
     */
    public FaultProxy proxy(int brokerId) {
        return proxy(brokerId, ServerProperties.PLAINTEXT);
    }

    /**
     * The proxy before the named listener of a broker. On a TLS listener it can't tell requests from each other.
     *
     * @param brokerId counted from 1
     * @throws IllegalArgumentException if there is no such broker or listener
     * @throws IllegalStateException if the cluster was not started with {@link Builder#behindProxies}
     */
    public FaultProxy proxy(int brokerId, String listener) {
        if (launch.proxies().isEmpty()) {
            throw new IllegalStateException(
                    "this cluster has no proxies; ask for them with RealKafka.builder().behindProxies()");
        }
        FaultProxy proxy = launch.proxies().getOrDefault(brokerId, Map.of()).get(listener);
        if (proxy == null) {
            throw new IllegalArgumentException("no proxy before listener " + listener + " of broker " + brokerId);
        }
        return proxy;
    }

    /** The version of Apache Kafka that runs, such as {@code 4.3.1}. */
    @Override
    public String version() {
        return launch.version().text();
    }

    /** The cluster id, as Metadata and DescribeCluster report it. */
    public String clusterId() {
        return launch.clusterId();
    }

    /**
     * What a client needs to connect to the named listener, by the standard keys: {@code bootstrap.servers}, and for a
     * listener of {@link Builder#tls} or {@link Builder#sasl} the trust store, mechanism and credentials, of the first
     * mechanism and the first user that were asked for. For Ottla's {@code KafkaConfig} and kafka-clients alike.
     *
     * @throws IllegalArgumentException if there is no such listener
     */
    public Map<String, String> clientConfig(String listener) {
        return launch.clientConfig(listener, null, null);
    }

    /**
     * As {@link #clientConfig(String)}, with the given mechanism and user instead of the first.
     *
     * @throws IllegalArgumentException if there is no such listener, mechanism or user
     */
    public Map<String, String> clientConfig(String listener, SaslMechanism mechanism, String user) {
        return launch.clientConfig(listener, mechanism, user);
    }

    /**
     * Keys and certificates of the TLS listeners.
     *
     * @throws IllegalStateException if the cluster was not started with {@link Builder#tls}
     */
    public TlsFiles tlsFiles() {
        TlsFiles files = launch.properties().tls().files();
        if (files == null) {
            throw new IllegalStateException("this cluster has no TLS; ask for it with RealKafka.builder().tls()");
        }
        return files;
    }

    /** Holds one directory per broker, with its {@code server.properties}, log and data. */
    public Path directory() {
        return launch.directory();
    }

    /** Makes {@link #close} leave the directory where it is, for instance because a test failed. */
    public void keepDirectory() {
        directoryKept = true;
    }

    /**
     * Kills all brokers, blocks until their processes have ended, and deletes the temporary directory, unless it is to
     * be kept. Calling it again does nothing.
     *
     * @throws RealKafkaException if a process cannot be made to end, or the thread is interrupted meanwhile
     */
    @Override
    public void close() {
        killAndDelete();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is ending and runs the hook already.
        }
    }

    private void killAndDelete() {
        brokers.values().forEach(RealBroker::onClusterClose);
        launch.zooKeeper().ifPresent(ServerProcess::onClusterClose);
        brokers.values().forEach(RealBroker::awaitEnd);
        launch.zooKeeper().ifPresent(ServerProcess::awaitEnd);
        launch.proxies().values().forEach(before -> before.values().forEach(FaultProxy::close));
        if (!directoryKept) {
            Launch.delete(launch.directory());
        }
    }

    /** Kept files tell what went wrong, so a failed start keeps them. */
    private void startAll(Duration timeout) {
        Runtime.getRuntime().addShutdownHook(shutdownHook);
        try {
            launch.zooKeeper().ifPresent(ServerProcess::start);
            brokers.values().forEach(RealBroker::start);
            Readiness.await(brokers.values(), timeout);
        } catch (RuntimeException e) {
            keepDirectory();
            close();
            throw e;
        }
    }

    /** What to start. Not thread-safe; every method but {@link #start} returns at once. */
    public static final class Builder {
        /** The version that runs if none is named. */
        public static final String DEFAULT_VERSION = "4.3.1";

        private final Map<String, String> config = new TreeMap<>();
        private final Map<Integer, Map<String, String>> brokerConfig = new TreeMap<>();
        private final Map<String, String> listeners = new LinkedHashMap<>();
        private final Set<SaslMechanism> mechanisms = new LinkedHashSet<>();
        private final Map<String, String> users = new LinkedHashMap<>();
        private boolean tls;
        private boolean behindProxies;
        private Failover failover = Failover.FAST;
        private List<String> jvmArguments = List.of();
        private int brokers = 1;
        private String version = DEFAULT_VERSION;
        private @Nullable Path directory;
        private Duration startTimeout = Duration.ofSeconds(90);

        private Builder() {
            listeners.put(ServerProperties.PLAINTEXT, "PLAINTEXT");
        }

        /** How many brokers: 1 (default) or 3. Three take about 1.2 GB of memory. */
        public Builder brokers(int count) {
            brokers = count;
            return this;
        }

        /**
         * The release of Apache Kafka, 2.8.0 or newer; {@value #DEFAULT_VERSION} by default. Before 3.3.0 a ZooKeeper is
         * started with the brokers and ended with them.
         */
        public Builder version(String release) {
            version = release;
            return this;
        }

        /** A broker setting for all brokers, by Kafka's own key. Replaces a default of this class and an earlier value. */
        public Builder config(String key, String value) {
            config.put(key, value);
            return this;
        }

        /** A broker setting for the broker with this id, by Kafka's own key. Goes before {@link #config}. */
        public Builder brokerConfig(int brokerId, String key, String value) {
            brokerConfig.computeIfAbsent(brokerId, id -> new TreeMap<>()).put(key, value);
            return this;
        }

        /**
         * One more listener on a free port of every broker, besides the PLAINTEXT one that brokers use among each other.
         * Its keys and mechanisms are set through {@link #config}, as in {@code listener.name.<lower case name>.…}.
         *
         * @param name the listener's name, upper case by custom
         * @param securityProtocol {@code PLAINTEXT}, {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}
         */
        public Builder listener(String name, String securityProtocol) {
            listeners.put(name, securityProtocol);
            return this;
        }

        /**
         * A listener {@code SSL} on a free port of every broker, with keys and certificates made for this cluster ({@link
         * RealKafka#tlsFiles}). They hold for the other TLS listeners as well. To have brokers ask for the client's
         * certificate, set {@code ssl.client.auth} to {@code required} by {@link #config}.
         */
        public Builder tls() {
            tls = true;
            return this;
        }

        /**
         * A listener {@code SASL_PLAINTEXT} on a free port of every broker, and with {@link #tls} also one {@code SASL_SSL},
         * which offer these mechanisms. The users are those of {@link #user}, or else {@code alice} with the password
         * {@code alice-secret}.
         *
         * @param offered of {@code PLAIN}, {@code SCRAM_SHA_256} and {@code SCRAM_SHA_512}, at least one; the last two not with
         *     version 3.3 or 3.4, whose tools can't create their users
         */
        public Builder sasl(SaslMechanism... offered) {
            mechanisms.addAll(List.of(offered));
            return this;
        }

        /** A user of every mechanism of {@link #sasl}; name and password are of letters, digits, dots and dashes. */
        public Builder user(String name, String password) {
            users.put(name, password);
            return this;
        }

        /**
         * A {@link FaultProxy} before every listener of every broker: clients are told the proxies' addresses, brokers
         * connect to each other past them. See {@link RealKafka#proxy}.
         */
        public Builder behindProxies() {
            behindProxies = true;
            return this;
        }

        /** How soon a lost broker is noticed; {@link Failover#FAST} by default. */
        public Builder failover(Failover speed) {
            failover = speed;
            return this;
        }

        /**
         * Where properties, logs and data are written, instead of a temporary directory. It must be empty or not exist
         * yet, and it is never deleted.
         */
        public Builder directory(Path path) {
            directory = path;
            return this;
        }

        /**
         * Arguments for the JVM of every broker, after the launcher's own, which are meant for short runs: a heap of
         * 384 MiB, the serial collector and only the first compiler. A benchmark wants others.
         */
        public Builder jvmArguments(String... arguments) {
            jvmArguments = List.of(arguments);
            return this;
        }

        /** How long the brokers may take until they are ready; 90 s by default. */
        public Builder startTimeout(Duration timeout) {
            startTimeout = timeout;
            return this;
        }

        /**
         * Starts the brokers and blocks until each lists all of them in its Metadata.
         *
         * @throws IllegalArgumentException if settings are wrong; all problems are named, nothing was started
         * @throws RealKafkaException if the jars could not be found, or a broker ended or was not ready in time; the
         *     message quotes its log and names the directory, which is kept, and no process is left
         */
        public RealKafka start() {
            RealKafkaOptions options = options();
            options.check();
            try {
                RealKafka kafka = new RealKafka(Launch.prepare(options), directory != null);
                kafka.startAll(startTimeout);
                return kafka;
            } catch (IOException | UncheckedIOException e) {
                throw new RealKafkaException("The files of the brokers could not be written: " + e.getMessage(), e);
            }
        }

        RealKafkaOptions options() {
            Map<String, String> asked = users.isEmpty() ? Map.of("alice", "alice-secret") : users;
            return new RealKafkaOptions(
                    brokers,
                    version,
                    config,
                    brokerConfig,
                    listeners,
                    new ListenerSecurity(tls, mechanisms, asked),
                    behindProxies,
                    failover,
                    jvmArguments,
                    directory,
                    startTimeout);
        }
    }
}
