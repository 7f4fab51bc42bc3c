package dev.ottla.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real Apache Kafka brokers, run as child processes on 127.0.0.1 for tests, demonstrations and benchmarks.
 * Every node is broker and controller at once (KRaft, KIP-500). Kafka's jars come from the user's Maven repositories,
 * as {@code settings.xml} says, and are fetched once per version.
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
public final class RealKafka implements AutoCloseable {
    private final KafkaVersion version;
    private final String clusterId;
    private final Path directory;
    private final Map<Integer, RealBroker> brokers;
    private final Thread shutdownHook;
    private volatile boolean directoryKept;

    private RealKafka(Launch launch, boolean directoryKept) {
        this.version = launch.version();
        this.clusterId = launch.clusterId();
        this.directory = launch.directory();
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
    public List<RealBroker> brokers() {
        return List.copyOf(brokers.values());
    }

    /**
     * One broker.
     *
     * @param id counted from 1
     * @throws IllegalArgumentException if there is no such broker
     */
    public RealBroker broker(int id) {
        RealBroker broker = brokers.get(id);
        if (broker == null) {
            throw new IllegalArgumentException("no broker " + id + "; the ids are " + brokers.keySet());
        }
        return broker;
    }

    /** The version of Apache Kafka that runs, such as {@code 4.3.1}. */
    public String version() {
        return version.text();
    }

    /** The cluster id, as Metadata and DescribeCluster report it. */
    public String clusterId() {
        return clusterId;
    }

    /** Holds one directory per broker, with its {@code server.properties}, log and data. */
    public Path directory() {
        return directory;
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
        brokers.values().forEach(RealBroker::awaitEnd);
        if (!directoryKept) {
            Launch.delete(directory);
        }
    }

    /** Kept files tell what went wrong, so a failed start keeps them. */
    private void startAll(Duration timeout) {
        Runtime.getRuntime().addShutdownHook(shutdownHook);
        try {
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

        /** The release of Apache Kafka, 3.3.0 or newer; {@value #DEFAULT_VERSION} by default. */
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
            RealKafkaOptions options = new RealKafkaOptions(
                    brokers, version, config, brokerConfig, listeners, jvmArguments, directory, startTimeout);
            options.check();
            try {
                RealKafka kafka = new RealKafka(Launch.prepare(options), directory != null);
                kafka.startAll(startTimeout);
                return kafka;
            } catch (IOException | UncheckedIOException e) {
                throw new RealKafkaException("The files of the brokers could not be written: " + e.getMessage(), e);
            }
        }
    }
}
