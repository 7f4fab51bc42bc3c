package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.Librdkafka.Driver;
import dev.ottla.benchmarks.compare.Report.Findings;
import dev.ottla.benchmarks.compare.Report.Measured;
import dev.ottla.benchmarks.compare.Runner.Bench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The comparison as a command. */
@Command(
        name = "benchmarks/compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs ottla, kafka-clients and librdkafka in turns on the same work, and reports what each costs.")
public final class CompareMain implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--suite", split = ",", paramLabel = "NAME", description = "Suites to run; --list names them all.")
    private List<String> suiteNames = List.of("produce", "consume");

    @Option(names = "--peers", split = ",", paramLabel = "PEER", description = "ottla, kafka-clients, librdkafka.")
    private List<String> peerNames = List.of("ottla", "kafka-clients", "librdkafka");

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds per peer (default 7; 5 with --quick, 2 with --short).")
    private int rounds;

    @Option(names = "--quick", description = "Fewer records and rounds: under 3 minutes for produce and consume.")
    private boolean quick;

    @Option(
            names = "--short",
            description = "Very few records and two rounds, to see that all works; what comes out of it is no result.")
    private boolean isShort;

    @Option(
            names = "--scenario",
            paramLabel = "TEXT",
            description = "Only the scenarios of the suites whose suite/name contains this.")
    private String scenarioText = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to write (default: benchmarks/target/compare-<time>).")
    private @Nullable Path out;

    @Option(
            names = "--librdkafka",
            paramLabel = "PREFIX",
            description = "Where another librdkafka than the system's is installed: PREFIX/include and PREFIX/lib.")
    private @Nullable Path librdkafka;

    @Option(names = "--source", hidden = true, description = "The source of the driver for librdkafka.")
    private Path driverSource = Path.of("benchmarks/src/main/c/librdkafka_peer.c");

    @Option(names = "--list", description = "Only names the suites and their scenarios.")
    private boolean list;

    @Option(names = "--table", paramLabel = "JSON", description = "Only renders a results.json as a Markdown table.")
    private @Nullable Path table;

    @Option(
            names = "--goals",
            paramLabel = "JSON",
            description =
                    "Only renders, as a Markdown table, which of its goals the project reaches by a results.json.")
    private @Nullable Path goals;

    @Option(
            names = "--merge",
            split = ",",
            paramLabel = "DIR",
            description = "Only puts what several runs wrote together; of a scenario that several have, the last.")
    private List<Path> merged = List.of();

    /** Runs the command; the exit status is 1 if any count is wrong. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CompareMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter console = command().commandLine().getOut();
        int count = rounds > 0 ? rounds : scale().rounds();
        Map<String, List<Scenario>> suites = new Suites(scale(), count).all();
        if (table != null) {
            console.println(Tables.brief(Report.read(table)));
        } else if (goals != null) {
            console.println(Goals.markdown(Report.read(goals)));
        } else if (!merged.isEmpty()) {
            Report.merge(merged, directory());
        } else if (list) {
            suites.forEach((name, scenarios) -> console.println(
                    name + ": " + scenarios.stream().map(Scenario::name).toList()));
        } else {
            return compare(console, scenarios(suites), count);
        }
        return 0;
    }

    private Scale scale() {
        return isShort ? Scale.SHORT : quick ? Scale.QUICK : Scale.FULL;
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli injects the specification before it calls");
        }
        return spec;
    }

    private List<Scenario> scenarios(Map<String, List<Scenario>> suites) {
        List<Scenario> scenarios = new ArrayList<>();
        for (String name : suiteNames) {
            List<Scenario> suite = suites.get(name);
            if (suite == null) {
                throw new ParameterException(
                        command().commandLine(), "no suite " + name + "; there are " + suites.keySet());
            }
            suite.stream()
                    .filter(scenario -> scenario.id().contains(scenarioText))
                    .forEach(scenarios::add);
        }
        return scenarios;
    }

    private int compare(PrintWriter console, List<Scenario> scenarios, int count)
            throws IOException, InterruptedException {
        Path directory = directory();
        Driver driver = Librdkafka.compile(driverSource, directory, librdkafka);
        List<PeerKind> peers = peers(console, driver);
        Surroundings surroundings = Surroundings.of(Librdkafka.version(driver), peers, scenarios);
        Measured measured = Measured.none();
        Path log = directory.resolve("processes.log");
        Findings findings = Findings.none(log);
        long start = System.nanoTime();
        try (Clusters clusters = new Clusters(log)) {
            Bench bench = new Bench(clusters, driver.program(), log, scale(), count);
            for (Scenario each : scenarios) {
                console.printf(
                        "%5d s  %s with %d peers, %d rounds%n",
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), each.id(), peers.size(), count);
                console.flush();
                Runner runner = new Runner(bench, each);
                try {
                    runner.run(peers);
                } catch (RuntimeException e) {
                    findings.problems().add(each.id() + " was given up: " + e);
                }
                findings.add(runner);
                measured.add(each, runner.measurements());
                Report.write(directory, measured, surroundings, findings);
            }
        }
        return conclude(console, directory, measured.results(), findings);
    }

    private Path directory() throws IOException {
        return Files.createDirectories(out != null ? out : Path.of("benchmarks", "target", "compare-" + timestamp()));
    }

    private static int conclude(PrintWriter console, Path directory, List<Result> results, Findings findings) {
        console.println(Tables.ascii(results));
        findings.refusals().forEach(refusal -> console.println("NOT COMPARED: " + refusal));
        findings.problems().forEach(problem -> console.println("WRONG: " + problem));
        boolean isRight = findings.problems().isEmpty();
        console.println(isRight ? "All counts are right and equal." : "Not all is right; see above.");
        console.println("results.json, results.csv, rounds.csv, report.md and charts are in " + directory);
        return isRight ? 0 : 1;
    }

    private static String timestamp() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now(ZoneOffset.UTC));
    }

    private List<PeerKind> peers(PrintWriter console, Driver driver) {
        List<PeerKind> peers = new ArrayList<>();
        for (String name : peerNames) {
            PeerKind peer;
            try {
                peer = PeerKind.of(name);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(command().commandLine(), "no peer " + name, e);
            }
            if (peer == PeerKind.LIBRDKAFKA && !driver.isPresent()) {
                console.println(driver.note());
            } else {
                peers.add(peer);
            }
        }
        return peers;
    }
}
