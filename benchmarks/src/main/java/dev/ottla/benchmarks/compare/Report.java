package dev.ottla.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes what was measured: {@code results.json}, {@code results.csv}, charts and {@code report.md}. Immutable. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Report() {}

    /** What is to be said beside the figures: counts that do not add up, and what peers do not offer. */
    record Findings(List<String> problems, List<String> refusals) {
        static Findings none() {
            return new Findings(new ArrayList<>(), new ArrayList<>());
        }

        void add(Runner ran) {
            problems.addAll(ran.problems());
            refusals.addAll(ran.refusals());
        }
    }

    static List<Result> read(Path resultsJson) throws IOException {
        return List.of(JSON.readValue(resultsJson.toFile(), Result[].class));
    }

    static void write(Path directory, List<Result> results, Surroundings surroundings, Findings findings)
            throws IOException {
        JSON.writeValue(directory.resolve("results.json").toFile(), results);
        Files.writeString(directory.resolve("results.csv"), csv(results));
        List<String> charts = Charts.write(directory, results);
        Files.writeString(directory.resolve("report.md"), markdown(results, surroundings, findings, charts));
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

    private static String markdown(
            List<Result> results, Surroundings surroundings, Findings findings, List<String> charts) {
        List<String> lines = new ArrayList<>();
        lines.add("# Side by side");
        lines.add("");
        lines.addAll(surroundings.lines());
        lines.add("");
        lines.add("## Counts");
        lines.add("");
        if (findings.problems().isEmpty()) {
            lines.add(
                    "Every record that was sent was acknowledged and counted by the brokers; every peer received the same"
                            + " records, without a gap; no errors.");
        }
        findings.problems().forEach(problem -> lines.add("- **" + problem + "**"));
        if (!findings.refusals().isEmpty()) {
            lines.add("");
            lines.add("Not compared, because the peer does not offer it:");
            lines.add("");
            findings.refusals().forEach(refusal -> lines.add("- " + refusal));
        }
        lines.add("");
        lines.add("## Results");
        lines.add("");
        lines.add(Tables.markdown(results));
        charts.forEach(chart -> lines.add("![" + chart + "](" + chart + ")"));
        lines.add("");
        return String.join("\n", lines);
    }
}
