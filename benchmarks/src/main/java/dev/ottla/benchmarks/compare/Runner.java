package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.Window.BrokerUse;
import dev.ottla.benchmarks.peer.PeerMain;
import dev.ottla.benchmarks.process.ChildProcess;
import dev.ottla.benchmarks.process.PeerRefusedException;
import dev.ottla.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs one scenario with all peers in turns: A B C, B C A, ... Made for one scenario; owned by the main thread. */
final class Runner {
    /** The same for both libraries that run on a JVM. JIT threads stay, so that none takes its cost out of sight. */
    static final List<String> JVM_ARGUMENTS = List.of(
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-XX:-UseDynamicNumberOfGCThreads",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    /**
     * For processes that end soon: the first of the JIT's compilers alone, the collector with the least threads, no events of
     * Netty's.
     */
    static final List<String> QUICK_START_ARGUMENTS = List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dio.netty.jfr.enabled=false",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    private static final int DELIVERY_LOOKS = 40;
    private static final long DELIVERY_LOOK_MILLIS = 50;

    /** After so many parts in a row in which the JIT rested, a peer is warm. */
    private static final int CALM_PARTS = 2;

    /** How fast records go in the warm-up of what is slow. */
    private static final int WARM_UP_PER_SECOND = 100_000;

    /** What all peers need, and where their complaints go. */
    record Bench(Clusters clusters, Path librdkafkaDriver, Path log, Scale scale, int rounds) {}

    private final Bench bench;
    private final Clusters clusters;
    private final Scenario scenario;
    private final Measurements measurements = new Measurements();
    private final Map<PeerKind, Long> receivedInAll = new EnumMap<>(PeerKind.class);
    private final Map<PeerKind, Boolean> isWarm = new EnumMap<>(PeerKind.class);
    private final List<String> problems = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    /** A part of a peer's work that ends when the peer does. */
    private interface Step {
        void run() throws InterruptedException, IOException;
    }

    Runner(Bench bench, Scenario scenario) {
        this.bench = bench;
        this.clusters = bench.clusters();
        this.scenario = scenario;
    }

    /** What does not add up; empty if all counts are right and equal. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Which peers do not offer what the scenario asks for. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** What was measured. */
    Measurements measurements() {
        return measurements;
    }

    /** Runs it; a peer that refuses or fails is left out, the others go on. */
    void run(List<PeerKind> peers) throws InterruptedException, IOException {
        if (scenario.isCold()) {
            runCold(peers);
        } else {
            runWarm(peers);
        }
        if (receivedInAll.values().stream().distinct().count() > 1) {
            problems.add(scenario.id() + ": peers received different numbers of records: " + receivedInAll);
        }
    }

    private void runWarm(List<PeerKind> peers) throws InterruptedException, IOException {
        Map<PeerKind, Contestant> running = new LinkedHashMap<>();
        try {
            for (PeerKind peer : peers) {
                unlessItFails(peer, () -> {
                    ChildProcess process = start(peer);
                    running.put(peer, new Contestant(peer, process, peer.quietMillis(scenario.receives())));
                });
            }
            for (PeerKind peer : peers) {
                step(running, peer, this::warmUp);
            }
            receivedInAll.clear();
            for (int i = 0; i < bench.rounds(); i++) {
                List<PeerKind> turn = new ArrayList<>(peers);
                Collections.rotate(turn, -i);
                for (PeerKind peer : turn) {
                    step(running, peer, this::measure);
                }
            }
            running.values().forEach(this::conclude);
        } finally {
            running.values().forEach(Contestant::close);
        }
    }

    /** What a contestant does in its turn. */
    private interface Turn {
        void run(Contestant contestant) throws InterruptedException, IOException;
    }

    private void step(Map<PeerKind, Contestant> running, PeerKind peer, Turn turn)
            throws InterruptedException, IOException {
        Contestant contestant = running.get(peer);
        if (contestant != null && !unlessItFails(peer, () -> turn.run(contestant))) {
            running.remove(peer);
            contestant.close();
        }
    }

    /** Returns whether it went well; if not, the peer is out of this scenario. */
    private boolean unlessItFails(PeerKind peer, Step step) throws InterruptedException, IOException {
        try {
            step.run();
            return true;
        } catch (PeerRefusedException e) {
            refusals.add(scenario.id() + " " + peer.label() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            problems.add(scenario.id() + " " + peer.label() + " was given up: " + e.getMessage());
        }
        measurements.forget(peer);
        receivedInAll.remove(peer);
        return false;
    }

    /** Rounds like those that are measured, until the JIT rests; not for longer than the scale allows. */
    private void warmUp(Contestant contestant) throws InterruptedException, IOException {
        PeerKind peer = contestant.peer();
        int pace = scenario.isSlow() ? WARM_UP_PER_SECOND : scenario.workload().pace();
        boolean sendsSlowly = scenario.isSlow() && !scenario.isPaced();
        long part = scenario.warmUpRecords();
        String command = "run " + part + (sendsSlowly ? " " + pace : "");
        long start = System.nanoTime();
        int calmParts = 0;
        int parts = 0;
        while (calmParts < CALM_PARTS && parts < bench.scale().warmUpParts() && !isTooLong(start)) {
            ProcessSample before = contestant.begin();
            round(contestant, command, part, pace);
            double jitPercent = contestant.end(before).jitPercent(before);
            calmParts = jitPercent < Measurements.RESTING_JIT_PERCENT ? calmParts + 1 : 0;
            parts++;
        }
        isWarm.put(peer, calmParts >= CALM_PARTS);
        measurements.addWarmUp(peer, parts * part);
        contestant.forgetWarmUp();
    }

    private boolean isTooLong(long startNanos) {
        return System.nanoTime() - startNanos
                >= TimeUnit.SECONDS.toNanos(bench.scale().warmUpSeconds());
    }

    private void measure(Contestant contestant) throws InterruptedException, IOException {
        PeerKind peer = contestant.peer();
        MachineSample machine = MachineSample.now();
        Optional<ProcessSample> broker = clusters.sampleBroker(scenario);
        ProcessSample before = contestant.begin();
        if (scenario.method() == Scenario.Method.IDLE) {
            contestant.ask("idle " + 1000 * bench.scale().roundSeconds(), "round");
            measurements.addPerSecond(peer, before, ProcessSample.of(contestant.pid()));
            contestant.end(before);
            return;
        }
        Map<String, String> said = round(
                contestant,
                "run " + scenario.roundRecords(),
                scenario.roundRecords(),
                scenario.workload().pace());
        ProcessSample ended = ProcessSample.of(contestant.pid());
        Optional<BrokerUse> used = use(broker);
        ProcessSample after = contestant.end(before);
        Window window =
                new Window(before, ended, after, used, MachineSample.now().stolenPercent(machine));
        measurements.addRound(peer, window, said, scenario.roundRecords());
    }

    private Optional<BrokerUse> use(Optional<ProcessSample> before) {
        return before.flatMap(sample -> clusters.sampleBroker(scenario).map(after -> BrokerUse.between(sample, after)));
    }

    private void conclude(Contestant contestant) {
        PeerKind peer = contestant.peer();
        double between = contestant.betweenRoundsPercent();
        measurements.conclude(peer, isWarm.getOrDefault(peer, false), between);
        if (scenario.workload().samplesMemory()) {
            peer.budgetBytes(scenario).ifPresent(bytes -> measurements.addBudget(peer, bytes));
        }
        // The sampler is at work between the rounds too.
        boolean isJudged = scenario.isFullSpeed() && !scenario.workload().samplesMemory();
        if (isJudged && contestant.worksBetweenRounds(bench.rounds())) {
            problems.add(String.format(
                    "%s %s: between its rounds, where nothing counts it, it used %.1f %% of what it used in them",
                    scenario.id(), peer.label(), between));
        }
    }

    private void runCold(List<PeerKind> peers) throws InterruptedException, IOException {
        List<PeerKind> left = new ArrayList<>(peers);
        for (int i = 0; i < bench.rounds(); i++) {
            List<PeerKind> turn = new ArrayList<>(left);
            Collections.rotate(turn, -i);
            for (PeerKind peer : turn) {
                if (!unlessItFails(peer, () -> runColdOnce(peer))) {
                    left.remove(peer);
                }
            }
        }
    }

    private void runColdOnce(PeerKind peer) throws InterruptedException, IOException {
        receivedInAll.remove(peer);
        MachineSample machine = MachineSample.now();
        Optional<ProcessSample> broker = clusters.sampleBroker(scenario);
        try (Contestant contestant = new Contestant(peer, start(peer), peer.quietMillis(scenario.receives()))) {
            Map<String, String> said = round(
                    contestant,
                    "run " + scenario.roundRecords(),
                    scenario.roundRecords(),
                    scenario.workload().pace());
            ProcessSample working = ProcessSample.of(contestant.pid());
            Optional<BrokerUse> used = use(broker);
            contestant.ask("exit", "closed");
            ProcessSample end = working.endedAs(ProcessSample.of(contestant.pid()));
            Window window = new Window(
                    ProcessSample.NOTHING,
                    working,
                    end,
                    used,
                    MachineSample.now().stolenPercent(machine));
            measurements.addRound(peer, window, said, scenario.roundRecords());
        }
    }

    private ChildProcess start(PeerKind peer) throws InterruptedException {
        clusters.prepare(scenario, topic(peer));
        Workload workload = scenario.workload()
                .with("topic", topic(peer))
                .with("partitions", scenario.shape().partitions());
        workload = workload.withConfigOnly(peer.translate(workload.config(), scenario.sends(), scenario.receives()))
                .config("bootstrap.servers", clusters.bootstrapServers(scenario.cluster()));
        if (workload.readsAsMember()) {
            workload = workload.config("group.id", owner(peer));
        }
        List<String> command = new ArrayList<>();
        if (peer == PeerKind.LIBRDKAFKA) {
            command.add(bench.librdkafkaDriver().toString());
        } else {
            boolean startsQuickly = scenario.method() == Scenario.Method.COLD_QUICK_START;
            command.addAll(ChildProcess.java(startsQuickly ? QUICK_START_ARGUMENTS : JVM_ARGUMENTS, PeerMain.class));
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

    private String owner(PeerKind peer) {
        return (scenario.id() + "-" + peer.label()).replaceAll("[^a-zA-Z0-9._-]+", "_");
    }

    /** Where anything is left behind or consumed once, each peer has a topic of its own. */
    private String topic(PeerKind peer) {
        String owner = owner(peer);
        if (scenario.isPaced()) {
            return scenario.shape().pacedTopic(owner);
        }
        boolean leavesSomething = scenario.sends() && scenario.cluster() == Scenario.Target.REAL_BROKER;
        return scenario.shape().topic() + (leavesSomething ? "-" + owner : "");
    }

    /** Lets the peer do a round and checks that everything arrived. */
    private Map<String, String> round(Contestant contestant, String command, long records, int pace)
            throws InterruptedException {
        PeerKind peer = contestant.peer();
        clusters.takeDelivered(scenario, topic(peer));
        clusters.grow(scenario, topic(peer), records, pace);
        Map<String, String> said = new LinkedHashMap<>(contestant.ask(command, "round"));
        receivedInAll.merge(peer, number(said, "received"), Long::sum);
        if (scenario.sends()) {
            said.putAll(delivered(topic(peer), records));
        }
        RoundCheck.problem(scenario, records, said)
                .ifPresent(problem -> problems.add(scenario.id() + " " + peer.label() + ": " + problem));
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

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
