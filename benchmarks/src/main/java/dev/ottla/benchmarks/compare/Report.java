package dev.ottla.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes what was measured: {@code results.json}, {@code results.csv}, charts and {@code report.md}. Immutable. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final String ROUNDS_HEAD = "suite,scenario,round,peer,metric,unit,value";

    private Report() {}

    /**
     * What is to be said beside the figures: counts that do not add up, what peers do not offer, and what their processes
     * complained about.
     */
    record Findings(List<String> problems, List<String> refusals, Path log) {
        private static final int COMPLAINTS_MAX = 20;

        static Findings none(Path log) {
            return new Findings(new ArrayList<>(), new ArrayList<>(), log);
        }

        /** As a chapter of the report. */
        List<String> lines() throws IOException {
            List<String> lines = new ArrayList<>(List.of("## Counts", ""));
            if (problems.isEmpty()) {
                lines.add("Every record that was sent was acknowledged and counted by the brokers; every peer received"
                        + " the same records, without a gap; no errors.");
            }
            problems.forEach(problem -> lines.add("- **" + problem + "**"));
            addList(lines, "Not compared, because the peer does not offer it:", refusals);
            List<String> complaints = Files.exists(log) ? Files.readAllLines(log) : List.of();
            int shown = Math.min(COMPLAINTS_MAX, complaints.size());
            addList(
                    lines,
                    "What the processes complained about, " + shown + " of " + complaints.size() + " lines:",
                    complaints.subList(0, shown));
            lines.add("");
            return lines;
        }

        private static void addList(List<String> lines, String title, List<String> items) {
            if (!items.isEmpty()) {
                lines.addAll(List.of("", title, ""));
                items.forEach(item -> lines.add("- " + item));
            }
        }

        void add(Runner ran) {
            problems.addAll(ran.problems());
            refusals.addAll(ran.refusals());
        }
    }

    static List<Result> read(Path resultsJson) throws IOException {
        return List.of(JSON.readValue(resultsJson.toFile(), Result[].class));
    }

    /** All results and single values so far. */
    record Measured(List<Result> results, List<RoundValue> rounds) {
        static Measured none() {
            return new Measured(new ArrayList<>(), new ArrayList<>());
        }

        void add(Scenario scenario, Measurements measurements) {
            results.addAll(measurements.results(scenario));
            rounds.addAll(measurements.rounds(scenario));
        }
    }

    static void write(Path directory, Measured measured, Surroundings surroundings, Findings findings)
            throws IOException {
        List<Result> results = measured.results();
        JSON.writeValue(directory.resolve("results.json").toFile(), results);
        Files.writeString(directory.resolve("results.csv"), csv(results));
        Files.writeString(directory.resolve("rounds.csv"), roundsCsv(measured.rounds()));
        List<String> charts = Charts.write(directory, results);
        Files.writeString(directory.resolve("report.md"), markdown(results, surroundings, findings, charts));
    }

    /** Puts what several runs wrote into one directory; of a scenario that several have, what the last of them says. */
    static void merge(List<Path> runs, Path directory) throws IOException {
        Map<String, List<Result>> results = new LinkedHashMap<>();
        Map<String, List<String>> rounds = new LinkedHashMap<>();
        for (Path run : runs) {
            List<String> lines = Files.readAllLines(run.resolve("rounds.csv"));
            results.putAll(grouped(read(run.resolve("results.json")), each -> each.suite() + "/" + each.scenario()));
            rounds.putAll(grouped(lines.subList(1, lines.size()), Report::scenarioOf));
            Files.copy(run.resolve("report.md"), directory.resolve(reportName(runs.indexOf(run))));
        }
        List<Result> all = results.values().stream().flatMap(List::stream).toList();
        JSON.writeValue(directory.resolve("results.json").toFile(), all);
        Files.writeString(directory.resolve("results.csv"), csv(all));
        List<String> lines = new ArrayList<>(List.of(ROUNDS_HEAD));
        rounds.values().forEach(lines::addAll);
        Files.write(directory.resolve("rounds.csv"), lines);
        Charts.write(directory, all);
    }

    private static <T> Map<String, List<T>> grouped(List<T> all, Function<T, String> key) {
        return all.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    /** The suite and the scenario, which stands between quotes. */
    private static String scenarioOf(String line) {
        return line.substring(0, line.lastIndexOf('"'));
    }

    private static String reportName(int run) {
        return run == 0 ? "report.md" : "report-" + (run + 1) + ".md";
    }

    private static String csv(List<Result> results) {
        StringBuilder csv = new StringBuilder("suite,scenario,peer,metric,unit,median,min,max,rounds\n");
        for (Result each : results) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,\"%s\",%s,%s,%s,%.3f,%.3f,%.3f,%d%n",
                    each.suite(),
                    each.scenario(),
                    each.peer(),
                    each.metric(),
                    each.unit(),
                    each.median(),
                    each.min(),
                    each.max(),
                    each.rounds()));
        }
        return csv.toString();
    }

    private static String roundsCsv(List<RoundValue> rounds) {
        StringBuilder csv = new StringBuilder(ROUNDS_HEAD + "\n");
        for (RoundValue each : rounds) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,\"%s\",%d,%s,%s,%s,%.3f%n",
                    each.suite(),
                    each.scenario(),
                    each.round(),
                    each.peer(),
                    each.metric(),
                    each.unit(),
                    each.value()));
        }
        return csv.toString();
    }

    private static String markdown(
            List<Result> results, Surroundings surroundings, Findings findings, List<String> charts)
            throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# Side by side");
        lines.add("");
        lines.addAll(surroundings.lines());
        lines.add("");
        lines.addAll(findings.lines());
        lines.add("## Results");
        lines.add("");
        lines.add(Tables.markdown(results));
        charts.forEach(chart -> lines.add("![" + chart + "](" + chart + ")"));
        lines.add("");
        return String.join("\n", lines);
    }
}
