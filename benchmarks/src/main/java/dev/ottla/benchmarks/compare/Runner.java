package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.ProcessSample.Group;
import dev.ottla.benchmarks.peer.PeerMain;
import dev.ottla.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs one scenario with all peers in turns: A B C, A B C, ... Owned by the main thread. */
final class Runner {
    /** The same for both libraries that run on a JVM. JIT threads stay, so that none takes its cost out of sight. */
    static final List<String> JVM_ARGUMENTS = List.of(
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-XX:-UseDynamicNumberOfGCThreads",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    private static final long IDLE_MILLIS = 5000;
    private static final long SETTLE_MILLIS = 50;
    private static final int SETTLE_TRIES = 20;
    private static final long SETTLED_NANOS = 1_000_000;

    private final Clusters clusters;
    private final Path librdkafkaDriver;
    private final Path log;
    private final Map<PeerKind, Map<Metric, List<Double>>> values = new LinkedHashMap<>();
    private final Map<PeerKind, Long> receivedInAll = new EnumMap<>(PeerKind.class);
    private final List<String> problems = new ArrayList<>();

    Runner(Clusters clusters, Path librdkafkaDriver, Path log) {
        this.clusters = clusters;
        this.librdkafkaDriver = librdkafkaDriver;
        this.log = log;
    }

    /** What does not add up in the last scenario; empty if all counts are right and equal. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Runs it; a result for each peer and metric. */
    List<Result> run(Scenario scenario, List<PeerKind> peers, int rounds) throws InterruptedException {
        values.clear();
        problems.clear();
        receivedInAll.clear();
        switch (scenario.method()) {
            case COLD -> runCold(scenario, peers, rounds);
            case STEADY, IDLE -> runWarm(scenario, peers, rounds);
        }
        if (scenario.consumes() && receivedInAll.values().stream().distinct().count() > 1) {
            problems.add(scenario.id() + ": peers received different numbers of records: " + receivedInAll);
        }
        List<Result> results = new ArrayList<>();
        values.forEach((peer, metrics) ->
                metrics.forEach((metric, list) -> results.add(Result.of(scenario, peer, metric, list))));
        return results;
    }

    private void runWarm(Scenario scenario, List<PeerKind> peers, int rounds) throws InterruptedException {
        Map<PeerKind, ChildProcess> running = new EnumMap<>(PeerKind.class);
        try {
            for (PeerKind peer : peers) {
                ChildProcess process = start(scenario, peer);
                running.put(peer, process);
                round(scenario, peer, process, scenario.warmUpRecords());
            }
            for (int i = 0; i < rounds; i++) {
                for (PeerKind peer : peers) {
                    ChildProcess process = running.get(peer);
                    if (process != null && scenario.method() == Scenario.Method.IDLE) {
                        idle(peer, process);
                    } else if (process != null) {
                        measure(scenario, peer, process, scenario.roundRecords());
                    }
                }
            }
        } finally {
            running.values().forEach(ChildProcess::close);
        }
    }

    private void runCold(Scenario scenario, List<PeerKind> peers, int rounds) throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            for (PeerKind peer : peers) {
                receivedInAll.remove(peer);
                try (ChildProcess process = start(scenario, peer)) {
                    Map<String, String> round = round(scenario, peer, process, scenario.roundRecords());
                    process.ask("exit", "closed");
                    ProcessSample end = ProcessSample.of(process.pid());
                    add(peer, new ProcessSample(Map.of(), 0, 0), end, round, scenario.roundRecords());
                }
            }
        }
    }

    private ChildProcess start(Scenario scenario, PeerKind peer) throws InterruptedException {
        String topic = topic(scenario, peer);
        clusters.prepare(scenario, topic);
        Workload base = scenario.workload();
        Workload workload = Workload.of(base.mode())
                .with("topic", topic)
                .with("partitions", scenario.shape().partitions())
                .with("keyBytes", base.keyBytes())
                .with("valueBytes", base.valueBytes())
                .with("threads", base.threads())
                .with("rate", base.rate())
                .config(peer.translate(base.config(), !scenario.consumes()))
                .config("bootstrap.servers", clusters.bootstrapServers(scenario.cluster()));
        List<String> command = new ArrayList<>();
        if (peer == PeerKind.LIBRDKAFKA) {
            command.add(librdkafkaDriver.toString());
        } else {
            command.addAll(ChildProcess.java(JVM_ARGUMENTS, PeerMain.class));
            command.add(peer.label());
        }
        command.addAll(workload.arguments());
        ChildProcess process = new ChildProcess(scenario.id() + " " + peer.label(), command, log);
        process.await("ready");
        return process;
    }

    /** Peers that send have topics of their own, where they leave anything. */
    private static String topic(Scenario scenario, PeerKind peer) {
        boolean shared = scenario.consumes() || scenario.cluster() != Scenario.Target.REAL_BROKER;
        return scenario.shape().topic() + (shared ? "" : "-" + scenario.name() + "-" + peer.label());
    }

    private void measure(Scenario scenario, PeerKind peer, ChildProcess process, long records)
            throws InterruptedException {
        ProcessSample before = ProcessSample.of(process.pid());
        Map<String, String> round = round(scenario, peer, process, records);
        add(peer, before, settled(process), round, records);
    }

    /** Lets the peer do a round and checks that everything arrived. */
    private Map<String, String> round(Scenario scenario, PeerKind peer, ChildProcess process, long records)
            throws InterruptedException {
        clusters.takeDelivered(scenario, topic(scenario, peer));
        Map<String, String> round = new LinkedHashMap<>(process.ask("run " + records, "round"));
        Map<String, String> delivered = clusters.takeDelivered(scenario, topic(scenario, peer));
        String where = scenario.id() + " " + peer.label() + ": ";
        if (number(round, "failed") > 0 || number(round, "gaps") > 0) {
            problems.add(where + round);
        }
        if (scenario.consumes()) {
            if (number(round, "received") != records) {
                problems.add(where + records + " records asked for, " + round);
            }
            receivedInAll.merge(peer, number(round, "received"), Long::sum);
        } else if (number(round, "acked") != records || number(delivered, "records") != records) {
            problems.add(where + records + " records asked for, " + round + ", brokers have " + delivered);
        } else {
            round.putAll(delivered);
        }
        return round;
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

    private void idle(PeerKind peer, ChildProcess process) throws InterruptedException {
        ProcessSample before = settled(process);
        long start = System.nanoTime();
        Thread.sleep(IDLE_MILLIS);
        ProcessSample after = ProcessSample.of(process.pid());
        double seconds = (System.nanoTime() - start) / 1e9;
        add(peer, Metric.CPU_MS_PER_SECOND, (after.totalCpuNanos() - before.totalCpuNanos()) / 1e6 / seconds);
        add(peer, Metric.CONTEXT_SWITCHES_PER_SECOND, (after.contextSwitches() - before.contextSwitches()) / seconds);
    }

    private void add(
            PeerKind peer, ProcessSample before, ProcessSample after, Map<String, String> round, long records) {
        double perRecord = 1.0 / records;
        add(peer, Metric.CPU_NS_PER_RECORD, (after.totalCpuNanos() - before.totalCpuNanos()) * perRecord);
        addGroup(peer, Metric.APP_CPU_NS_PER_RECORD, Group.APP, before, after, perRecord);
        addGroup(peer, Metric.CLIENT_CPU_NS_PER_RECORD, Group.CLIENT, before, after, perRecord);
        addGroup(peer, Metric.JIT_CPU_NS_PER_RECORD, Group.JIT, before, after, perRecord);
        addGroup(peer, Metric.GC_CPU_NS_PER_RECORD, Group.GC, before, after, perRecord);
        double seconds = number(round, "nanos") / 1e9;
        add(peer, Metric.RECORDS_PER_SECOND, records / seconds);
        double switches = (double) after.contextSwitches() - before.contextSwitches();
        add(peer, Metric.CONTEXT_SWITCHES_PER_1000_RECORDS, switches * 1000 * perRecord);
        add(peer, Metric.CPU_MS_PER_SECOND, (after.totalCpuNanos() - before.totalCpuNanos()) / 1e6 / seconds);
        add(peer, Metric.CONTEXT_SWITCHES_PER_SECOND, switches / seconds);
        add(peer, Metric.PEAK_RSS_MIB, after.peakRssBytes() / (1024.0 * 1024.0));
        if (round.containsKey("allocated")) {
            add(peer, Metric.ALLOCATED_BYTES_PER_RECORD, number(round, "allocated") * perRecord);
        }
        if (number(round, "batches") > 0) {
            add(peer, Metric.RECORDS_PER_BATCH, records / (double) number(round, "batches"));
            add(peer, Metric.BATCHES_PER_REQUEST, number(round, "batches") / (double) number(round, "produceRequests"));
        }
        if (round.containsKey("p50")) {
            add(peer, Metric.LATENCY_P50_US, number(round, "p50") / 1e3);
            add(peer, Metric.LATENCY_P99_US, number(round, "p99") / 1e3);
            add(peer, Metric.LATENCY_P999_US, number(round, "p999") / 1e3);
            add(peer, Metric.LATENCY_MAX_US, number(round, "max") / 1e3);
        }
    }

    private void addGroup(
            PeerKind peer, Metric metric, Group group, ProcessSample before, ProcessSample after, double perRecord) {
        add(peer, metric, (after.cpuNanos(group) - before.cpuNanos(group)) * perRecord);
    }

    private void add(PeerKind peer, Metric metric, double value) {
        values.computeIfAbsent(peer, key -> new EnumMap<>(Metric.class))
                .computeIfAbsent(metric, key -> new ArrayList<>())
                .add(value);
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
