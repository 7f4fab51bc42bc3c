package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.ProcessSample.Group;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of one scenario, round by round, of all peers. Owned by the main thread. */
final class Measurements {
    private static final double MIB = 1024.0 * 1024.0;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<PeerKind, Map<Metric, List<Double>>> values = new LinkedHashMap<>();

    /** One result for each peer and metric. */
    List<Result> results(Scenario scenario) {
        List<Result> results = new ArrayList<>();
        values.forEach((peer, metrics) ->
                metrics.forEach((metric, list) -> results.add(Result.of(scenario, peer, metric, list))));
        return results;
    }

    /** A round of so many records, from before it to after it, and what the peer and the brokers said of it. */
    void addRound(PeerKind peer, ProcessSample before, ProcessSample after, Map<String, String> said, long records) {
        double perRecord = 1.0 / records;
        long cpuNanos = before.isOfProcess() ? after.totalCpuNanos() - before.totalCpuNanos() : after.processCpuNanos();
        add(peer, Metric.CPU_NS_PER_RECORD, cpuNanos * perRecord);
        addGroup(peer, Metric.APP_CPU_NS_PER_RECORD, Group.APP, before, after, perRecord);
        addGroup(peer, Metric.CLIENT_CPU_NS_PER_RECORD, Group.CLIENT, before, after, perRecord);
        addGroup(peer, Metric.JIT_CPU_NS_PER_RECORD, Group.JIT, before, after, perRecord);
        addGroup(peer, Metric.GC_CPU_NS_PER_RECORD, Group.GC, before, after, perRecord);
        add(peer, Metric.RECORDS_PER_SECOND, records * NANOS_PER_SECOND / number(said, "nanos"));
        double switches = (double) after.contextSwitches() - before.contextSwitches();
        add(peer, Metric.CONTEXT_SWITCHES_PER_1000_RECORDS, switches * 1000 * perRecord);
        if (before.isOfProcess()) {
            addPerSecond(peer, before, after);
        }
        addMemory(peer, after, said);
        if (said.containsKey("allocated")) {
            add(peer, Metric.ALLOCATED_BYTES_PER_RECORD, number(said, "allocated") * perRecord);
        }
        if (number(said, "batches") > 0) {
            add(peer, Metric.RECORDS_PER_BATCH, records / (double) number(said, "batches"));
            add(peer, Metric.BATCHES_PER_REQUEST, number(said, "batches") / (double) number(said, "produceRequests"));
        }
        if (said.containsKey("p50")) {
            add(peer, Metric.LATENCY_P50_US, number(said, "p50") / 1e3);
            add(peer, Metric.LATENCY_P99_US, number(said, "p99") / 1e3);
            add(peer, Metric.LATENCY_P999_US, number(said, "p999") / 1e3);
            add(peer, Metric.LATENCY_MAX_US, number(said, "max") / 1e3);
        }
    }

    /** What a process costs by time, whatever it does. */
    void addPerSecond(PeerKind peer, ProcessSample before, ProcessSample after) {
        double seconds = (after.takenNanos() - before.takenNanos()) / NANOS_PER_SECOND;
        add(peer, Metric.CPU_MS_PER_SECOND, (after.totalCpuNanos() - before.totalCpuNanos()) / 1e6 / seconds);
        add(peer, Metric.CONTEXT_SWITCHES_PER_SECOND, (after.contextSwitches() - before.contextSwitches()) / seconds);
        add(peer, Metric.WAKE_UPS_PER_SECOND, (after.totalWakeUps() - before.totalWakeUps()) / seconds);
        add(peer, Metric.CLIENT_WAKE_UPS_PER_SECOND, (after.clientWakeUps() - before.clientWakeUps()) / seconds);
    }

    private void addMemory(PeerKind peer, ProcessSample after, Map<String, String> said) {
        add(peer, Metric.PEAK_RSS_MIB, after.peakRssBytes() / MIB);
        if (said.containsKey("heapPeak")) {
            add(peer, Metric.PEAK_HEAP_MIB, number(said, "heapPeak") / MIB);
            add(peer, Metric.PEAK_LIVE_HEAP_MIB, number(said, "heapLive") / MIB);
            add(peer, Metric.PEAK_DIRECT_MIB, number(said, "directPeak") / MIB);
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

    private static long number(Map<String, String> said, String name) {
        return Long.parseLong(said.getOrDefault(name, "0"));
    }
}
