package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.peer.PeerMain;
import dev.ottla.benchmarks.process.ChildProcess;
import dev.ottla.benchmarks.process.PeerRefusedException;
import dev.ottla.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs one scenario with all peers in turns: A B C, A B C, ... Made for one scenario; owned by the main thread. */
final class Runner {
    /** The same for both libraries that run on a JVM. JIT threads stay, so that none takes its cost out of sight. */
    static final List<String> JVM_ARGUMENTS = List.of(
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-XX:-UseDynamicNumberOfGCThreads",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    private static final long SETTLE_MILLIS = 50;
    private static final int SETTLE_TRIES = 20;
    private static final long SETTLED_NANOS = 1_000_000;
    private static final int DELIVERY_LOOKS = 40;

    /** How fast records go in the warm-up of what is slow. */
    private static final int WARM_UP_PER_SECOND = 100_000;

    private static final long DELIVERY_LOOK_MILLIS = 50;

    /** What all peers need, and where their complaints go. */
    record Bench(Clusters clusters, Path librdkafkaDriver, Path log) {}

    private final Bench bench;
    private final Clusters clusters;
    private final Scenario scenario;
    private final int rounds;
    private final int idleMillis;
    private final Measurements measurements = new Measurements();
    private final Map<PeerKind, Long> receivedInAll = new EnumMap<>(PeerKind.class);
    private final List<String> problems = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    Runner(Bench bench, Scenario scenario, int rounds, int idleMillis) {
        this.bench = bench;
        this.clusters = bench.clusters();
        this.scenario = scenario;
        this.rounds = rounds;
        this.idleMillis = idleMillis;
    }

    /** What does not add up; empty if all counts are right and equal. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Which peers do not offer what the scenario asks for. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Runs it; a result for each peer and metric. */
    List<Result> run(List<PeerKind> peers) throws InterruptedException {
        if (scenario.method() == Scenario.Method.COLD) {
            runCold(peers);
        } else {
            runWarm(peers);
        }
        if (receivedInAll.values().stream().distinct().count() > 1) {
            problems.add(scenario.id() + ": peers received different numbers of records: " + receivedInAll);
        }
        return measurements.results(scenario);
    }

    private void runWarm(List<PeerKind> peers) throws InterruptedException {
        Map<PeerKind, ChildProcess> running = new LinkedHashMap<>();
        try {
            for (PeerKind peer : peers) {
                try {
                    ChildProcess process = start(peer);
                    running.put(peer, process);
                    warmUp(peer, process);
                } catch (PeerRefusedException e) {
                    refusals.add(scenario.id() + " " + peer.label() + ": " + e.getMessage());
                }
            }
            for (int i = 0; i < rounds; i++) {
                for (Map.Entry<PeerKind, ChildProcess> each : running.entrySet()) {
                    measure(each.getKey(), each.getValue());
                }
            }
        } finally {
            running.values().forEach(ChildProcess::close);
        }
    }

    private void warmUp(PeerKind peer, ChildProcess process) throws InterruptedException {
        int pace = scenario.isSlow() ? WARM_UP_PER_SECOND : scenario.workload().pace();
        boolean sendsSlowly = scenario.isSlow() && !scenario.isPaced();
        String command = "run " + scenario.warmUpRecords() + (sendsSlowly ? " " + pace : "");
        round(peer, process, command, scenario.warmUpRecords(), pace);
    }

    private void measure(PeerKind peer, ChildProcess process) throws InterruptedException {
        ProcessSample before = settled(process);
        if (scenario.method() == Scenario.Method.IDLE) {
            process.ask("idle " + idleMillis, "round");
            measurements.addPerSecond(peer, before, ProcessSample.of(process.pid()));
        } else {
            Map<String, String> said = round(peer, process, scenario.roundRecords());
            measurements.addRound(peer, before, settled(process), said, scenario.roundRecords());
        }
    }

    private void runCold(List<PeerKind> peers) throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            for (PeerKind peer : peers) {
                receivedInAll.remove(peer);
                try (ChildProcess process = start(peer)) {
                    Map<String, String> said = round(peer, process, scenario.roundRecords());
                    process.ask("exit", "closed");
                    ProcessSample end = ProcessSample.of(process.pid());
                    measurements.addRound(peer, ProcessSample.NOTHING, end, said, scenario.roundRecords());
                }
            }
        }
    }

    private ChildProcess start(PeerKind peer) throws InterruptedException {
        clusters.prepare(scenario, topic(peer));
        Workload workload = scenario.workload()
                .with("topic", topic(peer))
                .with("partitions", scenario.shape().partitions());
        workload = workload.withConfigOnly(peer.translate(workload.config(), scenario.sends(), scenario.receives()))
                .config("bootstrap.servers", clusters.bootstrapServers(scenario.cluster()));
        List<String> command = new ArrayList<>();
        if (peer == PeerKind.LIBRDKAFKA) {
            command.add(bench.librdkafkaDriver().toString());
        } else {
            command.addAll(ChildProcess.java(JVM_ARGUMENTS, PeerMain.class));
            command.add(peer.label());
        }
        command.addAll(workload.arguments());
        ChildProcess process = new ChildProcess(scenario.id() + " " + peer.label(), command, bench.log());
        try {
            process.await("ready");
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
        return process;
    }

    /** Where anything is left behind or consumed once, each peer has a topic of its own. */
    private String topic(PeerKind peer) {
        String owner = (scenario.id() + "-" + peer.label()).replaceAll("[^a-zA-Z0-9._-]+", "_");
        if (scenario.isPaced()) {
            return scenario.shape().pacedTopic(owner);
        }
        boolean leavesSomething = scenario.sends() && scenario.cluster() == Scenario.Target.REAL_BROKER;
        return scenario.shape().topic() + (leavesSomething ? "-" + owner : "");
    }

    /** Lets the peer do a round and checks that everything arrived. */
    private Map<String, String> round(PeerKind peer, ChildProcess process, long records) throws InterruptedException {
        return round(
                peer, process, "run " + records, records, scenario.workload().pace());
    }

    private Map<String, String> round(PeerKind peer, ChildProcess process, String command, long records, int pace)
            throws InterruptedException {
        clusters.takeDelivered(scenario, topic(peer));
        clusters.grow(scenario, topic(peer), records, pace);
        Map<String, String> said = new LinkedHashMap<>(process.ask(command, "round"));
        String where = scenario.id() + " " + peer.label() + ": ";
        if (number(said, "failed") > 0 || number(said, "gaps") > 0) {
            problems.add(where + said);
        }
        if (scenario.receives()) {
            if (number(said, "received") != records) {
                problems.add(where + records + " records asked for, " + said);
            }
            receivedInAll.merge(peer, number(said, "received"), Long::sum);
        }
        if (scenario.sends()) {
            Map<String, String> delivered = delivered(topic(peer), records);
            if (number(said, "acked") != records || number(delivered, "records") != records) {
                problems.add(where + records + " records asked for, " + said + ", brokers have " + delivered);
            }
            said.putAll(delivered);
        }
        return said;
    }

    /** What the brokers have; with {@code acks=0} that may come a little later. */
    private Map<String, String> delivered(String topic, long records) throws InterruptedException {
        Map<String, Long> delivered = new LinkedHashMap<>();
        for (int i = 0; i < DELIVERY_LOOKS; i++) {
            clusters.takeDelivered(scenario, topic)
                    .forEach((name, value) -> delivered.merge(name, Long.parseLong(value), Long::sum));
            if (delivered.getOrDefault("records", 0L) >= records) {
                break;
            }
            Thread.sleep(DELIVERY_LOOK_MILLIS);
        }
        Map<String, String> said = new LinkedHashMap<>();
        delivered.forEach((name, value) -> said.put(name, value.toString()));
        return said;
    }

    /** A client may still clean up, or read ahead; that is part of the round. */
    private static ProcessSample settled(ChildProcess process) throws InterruptedException {
        ProcessSample last = ProcessSample.of(process.pid());
        for (int i = 0; i < SETTLE_TRIES; i++) {
            Thread.sleep(SETTLE_MILLIS);
            ProcessSample next = ProcessSample.of(process.pid());
            if (next.totalCpuNanos() - last.totalCpuNanos() < SETTLED_NANOS) {
                return next;
            }
            last = next;
        }
        return last;
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
