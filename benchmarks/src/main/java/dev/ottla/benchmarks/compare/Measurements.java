package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.ProcessSample.Group;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of one scenario, round by round, of all peers. Owned by the main thread. */
final class Measurements {
    /** From this part on the JIT is at work; below it is at rest. */
    static final double RESTING_JIT_PERCENT = 2;

    private static final double MIB = 1024.0 * 1024.0;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<PeerKind, Map<Metric, List<Double>>> values = new LinkedHashMap<>();

    /** One result for each peer and metric, and one more for each peer but Ottla: its values divided by Ottla's. */
    List<Result> results(Scenario scenario) {
        List<Result> results = new ArrayList<>();
        Map<Metric, List<Double>> ottla = values.getOrDefault(PeerKind.OTTLA, Map.of());
        values.forEach((peer, metrics) -> metrics.forEach((metric, list) -> {
            results.add(Result.of(scenario, peer, metric.label(), metric.unit(), list));
            List<Double> ratios = ratios(list, ottla.getOrDefault(metric, List.of()));
            if (peer != PeerKind.OTTLA && metric.isCompared() && !ratios.isEmpty()) {
                results.add(Result.of(scenario, peer, metric.label() + Metric.RATIO_SUFFIX, Metric.RATIO_UNIT, ratios));
            }
        }));
        return results;
    }

    /** Round by round, for those of one round were measured within seconds; none if there is a round without one. */
    private static List<Double> ratios(List<Double> values, List<Double> ottla) {
        List<Double> ratios = new ArrayList<>();
        if (values.size() != ottla.size() || ottla.stream().anyMatch(each -> each <= 0)) {
            return ratios;
        }
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / ottla.get(i));
        }
        return ratios;
    }

    /** All single values. */
    List<RoundValue> rounds(Scenario scenario) {
        List<RoundValue> rounds = new ArrayList<>();
        values.forEach((peer, metrics) -> metrics.forEach((metric, list) -> {
            for (int i = 0; i < list.size(); i++) {
                rounds.add(new RoundValue(
                        scenario.suite(),
                        scenario.name(),
                        i + 1,
                        peer.label(),
                        metric.label(),
                        metric.unit(),
                        list.get(i)));
            }
        }));
        return rounds;
    }

    /** Drops what a peer has so far: it does not come to the end. */
    void forget(PeerKind peer) {
        values.remove(peer);
    }

    /** How the warm-up of a peer ended. */
    void addWarmUp(PeerKind peer, long records) {
        add(peer, Metric.WARM_UP_RECORDS, (double) records);
    }

    /** What is known of a peer after its last round. */
    void conclude(PeerKind peer, boolean isWarm, double betweenRoundsPercent) {
        List<Double> jit = values.getOrDefault(peer, Map.of()).getOrDefault(Metric.JIT_CPU_PERCENT, List.of()).stream()
                .sorted()
                .toList();
        boolean rests = jit.isEmpty() || jit.get(jit.size() / 2) < RESTING_JIT_PERCENT;
        add(peer, Metric.IS_STEADY, isWarm && rests ? 1 : 0);
        add(peer, Metric.BETWEEN_ROUNDS_CPU_PERCENT, betweenRoundsPercent);
    }

    /** A round of so many records, and what the peer and the brokers said of it. */
    void addRound(PeerKind peer, Window window, Map<String, String> said, long records) {
        ProcessSample before = window.before();
        ProcessSample after = window.after();
        double perRecord = 1.0 / records;
        add(peer, Metric.CPU_NS_PER_RECORD, window.cpuNanos() * perRecord);
        addGroup(peer, Metric.APP_CPU_NS_PER_RECORD, Group.APP, window, perRecord);
        addGroup(peer, Metric.CLIENT_CPU_NS_PER_RECORD, Group.CLIENT, window, perRecord);
        addGroup(peer, Metric.JIT_CPU_NS_PER_RECORD, Group.JIT, window, perRecord);
        addGroup(peer, Metric.GC_CPU_NS_PER_RECORD, Group.GC, window, perRecord);
        add(peer, Metric.RECORDS_PER_SECOND, records * NANOS_PER_SECOND / number(said, "nanos"));
        window.broker().ifPresent(broker -> {
            add(peer, Metric.BROKER_CPU_NS_PER_RECORD, broker.cpuNanos() * perRecord);
            add(peer, Metric.BROKER_BUSIEST_THREAD_PERCENT, broker.busiestThreadPercent());
        });
        add(peer, Metric.STOLEN_PERCENT, window.stolenPercent());
        double switches = (double) after.contextSwitches() - before.contextSwitches();
        add(peer, Metric.CONTEXT_SWITCHES_PER_1000_RECORDS, switches * 1000 * perRecord);
        if (before.isOfProcess()) {
            add(peer, Metric.JIT_CPU_PERCENT, after.jitPercent(before));
            addPerSecond(peer, before, window.ended());
        }
        addMemory(peer, after, said);
        addSaid(peer, said, records);
    }

    private void addSaid(PeerKind peer, Map<String, String> said, long records) {
        double perRecord = 1.0 / records;
        if (said.containsKey("allocated")) {
            add(peer, Metric.ALLOCATED_BYTES_PER_RECORD, number(said, "allocated") * perRecord);
        }
        if (said.containsKey("queueFull")) {
            add(peer, Metric.QUEUE_FULL_PER_1000_RECORDS, number(said, "queueFull") * 1000 * perRecord);
        }
        if (number(said, "batches") > 0) {
            add(peer, Metric.RECORDS_PER_BATCH, records / (double) number(said, "batches"));
            add(peer, Metric.BATCHES_PER_REQUEST, number(said, "batches") / (double) number(said, "produceRequests"));
            add(peer, Metric.BYTES_PER_RECORD, number(said, "recordBytes") * perRecord);
        }
        if (said.containsKey("p50")) {
            add(peer, Metric.LATENCY_P50_US, number(said, "p50") / 1e3);
            add(peer, Metric.LATENCY_P99_US, number(said, "p99") / 1e3);
            add(peer, Metric.LATENCY_P999_US, number(said, "p999") / 1e3);
            add(peer, Metric.LATENCY_MAX_US, number(said, "max") / 1e3);
        }
    }

    /** What a process costs by time, whatever it does, until it has ended its round. */
    void addPerSecond(PeerKind peer, ProcessSample before, ProcessSample ended) {
        double seconds = (ended.takenNanos() - before.takenNanos()) / NANOS_PER_SECOND;
        add(peer, Metric.CPU_MS_PER_SECOND, (ended.totalCpuNanos() - before.totalCpuNanos()) / 1e6 / seconds);
        add(peer, Metric.CONTEXT_SWITCHES_PER_SECOND, (ended.contextSwitches() - before.contextSwitches()) / seconds);
        add(peer, Metric.WAKE_UPS_PER_SECOND, (ended.totalWakeUps() - before.totalWakeUps()) / seconds);
        add(peer, Metric.CLIENT_WAKE_UPS_PER_SECOND, (ended.clientWakeUps() - before.clientWakeUps()) / seconds);
    }

    /** What a peer's settings bound the records to that it holds. */
    void addBudget(PeerKind peer, long bytes) {
        add(peer, Metric.CONFIGURED_BUDGET_MIB, bytes / MIB);
    }

    private void addMemory(PeerKind peer, ProcessSample after, Map<String, String> said) {
        add(peer, Metric.PEAK_RSS_MIB, after.peakRssBytes() / MIB);
        if (said.containsKey("heapPeak")) {
            add(peer, Metric.PEAK_HEAP_MIB, number(said, "heapPeak") / MIB);
            add(peer, Metric.PEAK_LIVE_HEAP_MIB, number(said, "heapLive") / MIB);
            add(peer, Metric.PEAK_DIRECT_MIB, number(said, "directPeak") / MIB);
            add(peer, Metric.PEAK_NETTY_DIRECT_MIB, number(said, "nettyPeak") / MIB);
        }
    }

    private void addGroup(PeerKind peer, Metric metric, Group group, Window window, double perRecord) {
        add(peer, metric, (window.after().cpuNanos(group) - window.before().cpuNanos(group)) * perRecord);
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
