package dev.ottla.testkit.internal.simulation;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.internal.client.ConnectedKafkaClient;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.net.NettyEventLoop;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.internal.cluster.ModelCluster;
import dev.ottla.testkit.simulation.Application;
import dev.ottla.testkit.simulation.SimulatedFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** What a {@link dev.ottla.testkit.Simulation} is made of: scheduler, network, model cluster, clients, applications. */
@Confined
public final class SimulatedCluster implements AutoCloseable {
    /** Of what clients draw in runs that are not decided by chance. */
    private static final long EXPLORED_SEED = 1;

    private final Scheduler scheduler;
    private final int brokers;
    private final History history;
    private final VirtualLoop loop;
    private final VirtualWallClock wallClock;
    private final SimulatedNetwork network;
    private final ClientRecorder recorder;
    private final ModelCluster model;
    private final Faulty faulty;
    private final List<String> topics = new ArrayList<>();
    private final Map<KafkaClient, SimulatedRuntime> clients = new LinkedHashMap<>();
    private boolean isClosed;

    /** A cluster that is up. */
    public SimulatedCluster(long seed, ClusterOptions options, boolean recordsSteps) {
        this(new Scheduler(seed, recordsSteps), options, true);
    }

    /** A cluster that is up, in a run on which a course decides; bytes take no time, and the wall clock stands still. */
    public SimulatedCluster(ExploringCourse course, int brokers) {
        this(
                new Scheduler(EXPLORED_SEED, false, course),
                ClusterOptions.builder(brokers).build(),
                false);
        network.latency(0, 0);
    }

    private SimulatedCluster(Scheduler scheduler, ClusterOptions options, boolean wallClockGoes) {
        this.scheduler = scheduler;
        this.brokers = options.brokers();
        this.wallClock = new VirtualWallClock(wallClockGoes ? scheduler::elapsedNanos : () -> 0);
        this.history = new History(scheduler::nanoTime);
        this.recorder = new ClientRecorder(history);
        this.loop = new VirtualLoop(scheduler, "cluster", (own, nanos) -> {});
        this.model =
                onLoop(() -> new ModelCluster(new NettyEventLoop(loop), wallClock, scheduler.newRandom(), options));
        this.network = new SimulatedNetwork(scheduler, loop, model::broker, recorder);
        this.faulty = new Faulty(loop, network, model, wallClock);
        scheduler.runOn(
                loop,
                () -> IntStream.rangeClosed(1, brokers)
                        .forEach(id -> model.advertise(id, SimulatedNetwork.host(id), SimulatedNetwork.PORT)));
    }

    /** Its connections. */
    public SimulatedNetwork network() {
        return network;
    }

    /** Who leads a partition; negative if nobody does. */
    public int leader(TopicPartition partition) {
        return model.partition(partition).leader();
    }

    private <T> T onLoop(Supplier<T> task) {
        List<T> result = new ArrayList<>(1);
        scheduler.runOn(loop, () -> result.add(task.get()));
        return result.get(0);
    }

    /** The run's clock and chance. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** The run's history. */
    public History history() {
        return history;
    }

    /** All brokers. */
    public List<String> bootstrapServers() {
        return IntStream.rangeClosed(1, brokers)
                .mapToObj(id -> SimulatedNetwork.host(id) + ":" + SimulatedNetwork.PORT)
                .toList();
    }

    /** A client of this cluster. */
    public KafkaClient client(ClientOptions options) {
        SimulatedRuntime runtime = new SimulatedRuntime(scheduler, network, wallClock, recorder, options);
        KafkaClient client = new ConnectedKafkaClient(options, runtime, runtime.connector());
        clients.put(client, runtime);
        return client;
    }

    /** Creates a topic. */
    public void createTopic(String topic, int partitions, int replicationFactor) {
        topics.add(topic);
        scheduler.runOn(loop, () -> model.createTopic(topic, partitions, replicationFactor, Map.of()));
    }

    /** Adds an application. Returns what ends it before its last step. */
    public Runnable application(String name, Duration first, Application application) {
        ApplicationActor actor = new ApplicationActor(scheduler, name, first.toNanos(), application);
        scheduler.add(actor);
        return () -> scheduler.remove(actor);
    }

    /** Lets a fault happen now. */
    public void inject(SimulatedFault fault) {
        history.add(new HistoryEvent.FaultBegan(fault.toString()));
        scheduler.trace().note(fault.toString());
        scheduler.runOn(loop, () -> faulty.inject(fault));
    }

    /** Ends all faults. */
    public void heal() {
        history.add(new HistoryEvent.Healed());
        scheduler.runOn(loop, faulty::heal);
    }

    /** Goes on. */
    public boolean run(BooleanSupplier isDone, Duration atMost) {
        return scheduler.run(isDone, atMost.toNanos());
    }

    /** The end of a log. */
    public long endOffset(TopicPartition partition) {
        return model.partition(partition).log().logEndOffset();
    }

    /** What a group has committed. */
    public Map<TopicPartition, Long> committed(String group) {
        return model.committedOffsets(group);
    }

    /** Writes committed offsets into the history. */
    public void recordCommitted(String group) {
        model.committedOffsets(group)
                .forEach(
                        (partition, offset) -> history.add(new HistoryEvent.CommittedOffset(group, partition, offset)));
    }

    /** Stops a client for good. */
    public void kill(KafkaClient client) {
        SimulatedRuntime runtime = runtime(client);
        scheduler.trace().note("kill");
        network.drop(runtime.loops());
        runtime.kill();
    }

    /** Lets a client stand still, or go on. */
    public void suspend(KafkaClient client, boolean stands) {
        scheduler.trace().note(stands ? "suspend" : "resume");
        runtime(client).loops().forEach(each -> each.halt(stands));
    }

    private SimulatedRuntime runtime(KafkaClient client) {
        SimulatedRuntime runtime = clients.get(client);
        if (runtime == null) {
            throw new IllegalArgumentException("not a client of this simulation: " + client);
        }
        return runtime;
    }

    /** Writes the logs into the history. */
    public void recordLogs() {
        scheduler.runOn(loop, () -> new LogReader(model, history).recordAll(topics));
    }

    /** As {@link dev.ottla.testkit.Simulation#nameOf}. */
    public static String nameOf(String value) {
        int end = value.indexOf('|');
        return end < 0 ? value : value.substring(0, end);
    }

    /** As {@link dev.ottla.testkit.Simulation#checksumOf}. */
    public static long checksumOf(String key, String value) {
        CRC32C crc = new CRC32C();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(value.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Closes the clients, and writes into the history what those that were not killed have not given back. */
    public void closeClients() {
        close();
        clients.forEach((client, runtime) -> {
            if (!runtime.isKilled()) {
                String name = client.options().clientId();
                history.add(new HistoryEvent.LeftOver(name, "bytes of buffers", runtime.bufferBytes()));
                history.add(new HistoryEvent.LeftOver(name, "sockets", network.openSockets(runtime.loops())));
            }
        });
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        clients.values().forEach(runtime -> runtime.loops().forEach(each -> each.halt(false)));
        clients.keySet().forEach(KafkaClient::close);
        scheduler.run(() -> false, Duration.ofSeconds(1).toNanos());
    }
}
