package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.Librdkafka.Driver;
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
    private static final int QUICK_ROUNDS = 5;
    private static final int ROUNDS = 7;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--suite", split = ",", paramLabel = "NAME", description = "Suites to run; --list names them all.")
    private List<String> suiteNames = List.of("produce", "consume");

    @Option(names = "--peers", split = ",", paramLabel = "PEER", description = "ottla, kafka-clients, librdkafka.")
    private List<String> peerNames = List.of("ottla", "kafka-clients", "librdkafka");

    @Option(names = "--rounds", paramLabel = "N", description = "Measured rounds per peer (default 7; 5 with --quick).")
    private int rounds;

    @Option(names = "--quick", description = "Fewer records and rounds: under 3 minutes for produce and consume.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to write (default: benchmarks/target/compare-<time>).")
    private @Nullable Path out;

    @Option(names = "--source", hidden = true, description = "The source of the driver for librdkafka.")
    private Path driverSource = Path.of("benchmarks/src/main/c/librdkafka_peer.c");

    @Option(names = "--list", description = "Only names the suites and their scenarios.")
    private boolean list;

    @Option(names = "--table", paramLabel = "JSON", description = "Only renders a results.json as a Markdown table.")
    private @Nullable Path table;

    /** Runs the command; the exit status is 1 if any count is wrong. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CompareMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter console = command().commandLine().getOut();
        int count = rounds > 0 ? rounds : quick ? QUICK_ROUNDS : ROUNDS;
        Map<String, List<Scenario>> suites = new Suites(quick, count).all();
        if (table != null) {
            console.println(Tables.markdown(Report.read(table)));
        } else if (list) {
            suites.forEach((name, scenarios) -> console.println(
                    name + ": " + scenarios.stream().map(Scenario::name).toList()));
        } else {
            return compare(console, scenarios(suites), count);
        }
        return 0;
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
            scenarios.addAll(suite);
        }
        return scenarios;
    }

    private int compare(PrintWriter console, List<Scenario> scenarios, int count)
            throws IOException, InterruptedException {
        Path directory = out != null ? out : Path.of("benchmarks", "target", "compare-" + timestamp());
        Files.createDirectories(directory);
        Driver driver = Librdkafka.compile(driverSource, directory);
        List<PeerKind> peers = peers(console, driver);
        Surroundings surroundings = Surroundings.of(Librdkafka.version(driver), peers, scenarios);
        List<Result> results = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Path log = directory.resolve("processes.log");
        try (Clusters clusters = new Clusters(log)) {
            Runner runner = new Runner(clusters, driver.program(), log);
            for (Scenario each : scenarios) {
                console.println("running " + each.id() + " with " + peers.size() + " peers, " + count + " rounds");
                console.flush();
                try {
                    results.addAll(runner.run(each, peers, count));
                    problems.addAll(runner.problems());
                } catch (IllegalStateException e) {
                    problems.add(each.id() + " was given up: " + e.getMessage());
                }
                Report.write(directory, results, surroundings, problems);
            }
        }
        console.println(Tables.ascii(results));
        problems.forEach(problem -> console.println("WRONG: " + problem));
        console.println(problems.isEmpty() ? "All counts are right and equal." : "Counts are not right; see above.");
        console.println("results.json, results.csv, report.md and charts are in " + directory);
        return problems.isEmpty() ? 0 : 1;
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
