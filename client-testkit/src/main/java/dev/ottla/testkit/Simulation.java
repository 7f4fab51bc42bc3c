package dev.ottla.testkit;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.internal.simulation.SimulatedCluster;
import dev.ottla.testkit.simulation.Application;
import dev.ottla.testkit.simulation.SimulatedFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A run of unmodified clients against an in-memory cluster, all in one thread: on a virtual clock, over a network that cuts and
 * delays bytes at will, with every choice made by a seed. The same seed gives the same run, to the bit.
 *
 * <pre>{@code
 * try (Simulation simulation = new Simulation(42, 3)) {
 *     simulation.createTopic("orders", 4, 3);
 *     KafkaClient kafka = simulation.client("app");
 *     Producer<String, String> producer = Producer.builder(kafka)...build();
 *     simulation.application("sender", () -> {
 *         producer.send(record, (metadata, error) -> ...);
 *         return Optional.of(Duration.ofMillis(3));       // the next step, or empty when there is none
 *     });
 *     simulation.after(Duration.ofMillis(50), new SimulatedFault.BrokerDown(2, Duration.ofSeconds(1)));
 *     simulation.run(() -> ended == 100, Duration.ofMinutes(5));
 * }
 * }</pre>
 *
 * <p>What blocks (a consumer's commit, a close) lets everything else go on until it returns; {@code poll} is to be called with
 * {@link Duration#ZERO}, since nobody would wake it. Not thread-safe: all calls come from the thread that made it, the
 * application's steps among them. What a step throws ends the run.
 */
public final class Simulation implements AutoCloseable {
    private final SimulatedCluster cluster;

    /**
     * A run that has not begun, and does not record its steps as text.
     *
     * @param seed decides everything
     * @param brokers how many there are; they listen on {@code node-1:9092} and so on
     */
    public Simulation(long seed, int brokers) {
        this(seed, brokers, false);
    }

    /**
     * A run that has not begun.
     *
     * @param recordsSteps whether {@link #steps()} will have them in words
     */
    public Simulation(long seed, int brokers, boolean recordsSteps) {
        this(builder(seed).brokers(brokers).recordsSteps(recordsSteps));
    }

    private Simulation(Builder builder) {
        ClusterOptions options = ClusterOptions.builder(builder.brokers)
                .transactionVersion(builder.transactionVersion)
                .consumerHeartbeatInterval(builder.consumerHeartbeatInterval)
                .consumerSessionTimeout(builder.consumerSessionTimeout)
                .build();
        this.cluster = new SimulatedCluster(builder.seed, options, builder.recordsSteps);
    }

    /**
     * A builder of a run with one broker, whose steps are not recorded as text.
     *
     * @param seed decides everything
     */
    public static Builder builder(long seed) {
        return new Builder(seed);
    }

    /** A run of an exploration. */
    Simulation(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    SimulatedCluster cluster() {
        return cluster;
    }

    /** The history of this run, on its clock; the application records its events there. */
    public History history() {
        return cluster.history();
    }

    /** A generator of its own for whoever needs one, by the seed and the order of the calls. */
    public RandomGenerator newRandom() {
        return cluster.scheduler().newRandom();
    }

    /** Virtual time since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(cluster.scheduler().elapsedNanos());
    }

    /** What to give to a client that is not made by {@link #client}. */
    public List<String> bootstrapServers() {
        return cluster.bootstrapServers();
    }

    /** A client of this cluster with two event loops, and else default options. */
    public KafkaClient client(String clientId) {
        return client(ClientOptions.builder().clientId(clientId).ioThreads(2));
    }

    /** A client of this cluster with these options; the addresses are filled in. */
    public KafkaClient client(ClientOptions.Builder options) {
        return cluster.client(options.bootstrapServers(bootstrapServers().toArray(String[]::new))
                .build());
    }

    /** Creates a topic. */
    public void createTopic(String topic, int partitions, int replicationFactor) {
        cluster.createTopic(topic, partitions, replicationFactor);
    }

    /** Lets an application's steps be part of the run, the first of them as soon as it goes on. */
    public void application(String name, Application application) {
        cluster.application(name, Duration.ZERO, application);
    }

    /** As {@link #application(String, Application)}, with the first step after this time. */
    public void application(String name, Duration first, Application application) {
        cluster.application(name, first, application);
    }

    /**
     * Has this happen just before the run takes the step of this number, counted as {@link #stepCount} does: as another thread of
     * the application comes in between, also while an application's step waits. It may wait as well.
     */
    public void beforeStep(long number, Runnable call) {
        cluster.scheduler().beforeStep(number, call);
    }

    /** Has the fault happen after this time. */
    public void after(Duration time, SimulatedFault fault) {
        cluster.application("fault", time, () -> {
            cluster.inject(fault);
            return Optional.empty();
        });
    }

    /** Has the fault happen now. */
    public void inject(SimulatedFault fault) {
        cluster.inject(fault);
    }

    /** Ends all faults: brokers are up, followers have everything, the network is quick, nothing is refused or lost. */
    public void heal() {
        cluster.heal();
    }

    /**
     * Goes on until the condition holds, or this much virtual time has passed.
     *
     * @return whether the condition holds
     * @throws IllegalStateException if the run makes no progress: too many steps without an end
     */
    public boolean run(BooleanSupplier isDone, Duration atMost) {
        return cluster.run(isDone, atMost);
    }

    /** The broker that leads a partition; negative if none does. */
    public int leader(TopicPartition partition) {
        return cluster.leader(partition);
    }

    /** The offset after the last record of a partition's log. */
    public long endOffset(TopicPartition partition) {
        return cluster.endOffset(partition);
    }

    /** What a group has committed, by partition. A copy. */
    public Map<TopicPartition, Long> committed(String group) {
        return cluster.committed(group);
    }

    /** Writes what a group has committed by now into the history. */
    public void recordCommitted(String group) {
        cluster.recordCommitted(group);
    }

    /**
     * Kills a client as if its process had died: its loops stand still, its connections are lost, the cluster hears no more of
     * it. Whoever uses it must stop as well. It gives its memory back when the simulation is closed.
     *
     * @throws IllegalArgumentException if this simulation did not make the client
     */
    public void kill(KafkaClient client) {
        cluster.kill(client);
    }

    /**
     * Lets a client stand still as if its process had been stopped: its connections stay open, its timers wait. Whoever uses
     * it must stand still as well, until {@link #resume}.
     *
     * @throws IllegalArgumentException if this simulation did not make the client
     */
    public void suspend(KafkaClient client) {
        cluster.suspend(client, true);
    }

    /**
     * Lets a client go on that was suspended.
     *
     * @throws IllegalArgumentException if this simulation did not make the client
     */
    public void resume(KafkaClient client) {
        cluster.suspend(client, false);
    }

    /** Writes what the logs hold into the history, record by record. Names and checksums are as {@link #nameOf} tells. */
    public void recordLogs() {
        cluster.recordLogs();
    }

    /** A record's name in the history: its value, up to the first {@code |}. */
    public static String nameOf(String value) {
        return SimulatedCluster.nameOf(value);
    }

    /** A record's checksum in the history: over key and value. */
    public static long checksumOf(String key, String value) {
        return SimulatedCluster.checksumOf(key, value);
    }

    /**
     * Closes the clients that {@link #client} made, and writes into the history what those that were not killed have not given
     * back: buffers and sockets.
     */
    public void closeClients() {
        cluster.closeClients();
    }

    /** One number for every step of the run and every byte that was carried. */
    public long traceHash() {
        return cluster.scheduler().trace().hash();
    }

    /** How many steps the run has taken. */
    public long stepCount() {
        return cluster.scheduler().trace().steps();
    }

    /** The steps in words, oldest first, if they are recorded. */
    public List<String> steps() {
        return List.copyOf(cluster.scheduler().trace().text());
    }

    /** Closes the clients that {@link #client} made. */
    @Override
    public void close() {
        cluster.close();
    }

    /** Collects what a run is made with. Not thread-safe. */
    public static final class Builder {
        private final long seed;
        private int brokers = 1;
        private boolean recordsSteps;
        private int transactionVersion = 2;
        private Duration consumerHeartbeatInterval = Duration.ofSeconds(5);
        private Duration consumerSessionTimeout = Duration.ofSeconds(45);

        private Builder(long seed) {
            this.seed = seed;
        }

        /** How many brokers there are; 1 at first. They listen on {@code node-1:9092} and so on. */
        public Builder brokers(int count) {
            brokers = count;
            return this;
        }

        /** Whether {@link Simulation#steps()} will have the steps in words; not at first. */
        public Builder recordsSteps(boolean records) {
            recordsSteps = records;
            return this;
        }

        /** The feature {@code transaction.version}: 1, or 2 for KIP-890; 2 at first. */
        public Builder transactionVersion(int version) {
            transactionVersion = version;
            return this;
        }

        /** {@code group.consumer.heartbeat.interval.ms}, for members in the protocol of KIP-848; 5 s at first. */
        public Builder consumerHeartbeatInterval(Duration interval) {
            consumerHeartbeatInterval = interval;
            return this;
        }

        /** {@code group.consumer.session.timeout.ms}, for members in the protocol of KIP-848; 45 s at first. */
        public Builder consumerSessionTimeout(Duration timeout) {
            consumerSessionTimeout = timeout;
            return this;
        }

        /** A run that has not begun. */
        public Simulation build() {
            return new Simulation(this);
        }
    }
}
