package dev.ottla.benchmarks.compare;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Shows results as tables: median, minimum and maximum of each peer, and ratios to Ottla. Immutable. */
final class Tables {
    private static final String OTTLA = PeerKind.OTTLA.label();

    /** What the terminal shows of a scenario with as many records as a client takes; the files have all. */
    private static final Set<String> BY_RECORD = labels(
            Metric.CPU_NS_PER_RECORD,
            Metric.RECORDS_PER_SECOND,
            Metric.CONTEXT_SWITCHES_PER_1000_RECORDS,
            Metric.ALLOCATED_BYTES_PER_RECORD,
            Metric.RECORDS_PER_BATCH,
            Metric.PEAK_RSS_MIB);

    private static final Set<String> BY_TIME = labels(
            Metric.LATENCY_P50_US,
            Metric.LATENCY_P99_US,
            Metric.LATENCY_P999_US,
            Metric.LATENCY_MAX_US,
            Metric.CPU_NS_PER_RECORD,
            Metric.CPU_MS_PER_SECOND,
            Metric.CLIENT_WAKE_UPS_PER_SECOND);

    /** What it shows of the suites that are about something else. */
    private static final Map<String, Set<String>> BRIEF = Map.of(
            "latency",
            BY_TIME,
            "end-to-end",
            BY_TIME,
            "low-rate",
            labels(Metric.CPU_MS_PER_SECOND, Metric.WAKE_UPS_PER_SECOND, Metric.CLIENT_WAKE_UPS_PER_SECOND),
            "memory",
            labels(
                    Metric.RECORDS_PER_SECOND,
                    Metric.PEAK_RSS_MIB,
                    Metric.PEAK_HEAP_MIB,
                    Metric.PEAK_LIVE_HEAP_MIB,
                    Metric.PEAK_DIRECT_MIB));

    private static Set<String> labels(Metric... metrics) {
        return Arrays.stream(metrics).map(Metric::label).collect(Collectors.toSet());
    }

    private Tables() {}

    /** For a terminal. */
    static String ascii(List<Result> results) {
        List<Result> shown = results.stream().filter(Tables::isShown).toList();
        String[] head = head(shown).toArray(String[]::new);
        String[][] lines = rows(shown).stream()
                .map(row -> cells(row, shown).toArray(String[]::new))
                .toArray(String[][]::new);
        return AsciiTable.getTable(head, lines);
    }

    private static boolean isShown(Result result) {
        return BRIEF.getOrDefault(result.suite(), BY_RECORD).contains(result.metric());
    }

    /** For a document: what the terminal shows too. */
    static String brief(List<Result> results) {
        return markdown(results.stream().filter(Tables::isShown).toList());
    }

    /** For a document: a line per scenario and metric, a column per peer, and the ratios of the medians. */
    static String markdown(List<Result> results) {
        List<String> head = head(results);
        List<String> lines = new ArrayList<>();
        lines.add(line(head));
        lines.add("|---|---|---|" + "--:|".repeat(head.size() - 3));
        rows(results).forEach(row -> lines.add(line(cells(row, results))));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<String> head(List<Result> results) {
        List<String> head = new ArrayList<>(List.of("suite", "scenario", "metric"));
        head.addAll(peers(results));
        others(results).forEach(peer -> head.add(peer + " / ottla"));
        return head;
    }

    private static List<String> cells(List<Result> row, List<Result> all) {
        Result any = row.get(0);
        List<String> cells = new ArrayList<>(List.of(any.suite(), any.scenario(), any.metric()));
        peers(all).forEach(peer -> cells.add(of(peer, row).map(Tables::spread).orElse("")));
        others(all)
                .forEach(peer ->
                        cells.add(of(peer, row).map(each -> ratio(each, all)).orElse("")));
        return cells;
    }

    private static List<String> peers(List<Result> results) {
        return results.stream().map(Result::peer).distinct().toList();
    }

    private static List<String> others(List<Result> results) {
        return peers(results).stream().filter(peer -> !peer.equals(OTTLA)).toList();
    }

    /** The results of all peers for the same scenario and metric, in the order in which they were measured. */
    private static Collection<List<Result>> rows(List<Result> results) {
        Map<List<String>, List<Result>> rows = new LinkedHashMap<>();
        for (Result each : results) {
            rows.computeIfAbsent(List.of(each.suite(), each.scenario(), each.metric()), key -> new ArrayList<>())
                    .add(each);
        }
        return rows.values();
    }

    private static Optional<Result> of(String peer, List<Result> row) {
        return row.stream().filter(each -> each.peer().equals(peer)).findFirst();
    }

    private static String spread(Result result) {
        return value(result.median()) + " (" + value(result.min()) + "–" + value(result.max()) + ")";
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** How many times Ottla's median this one is; empty for Ottla itself. */
    private static String ratio(Result result, List<Result> all) {
        if (result.peer().equals(OTTLA)) {
            return "";
        }
        return all.stream()
                .filter(other -> other.peer().equals(OTTLA)
                        && other.suite().equals(result.suite())
                        && other.scenario().equals(result.scenario())
                        && other.metric().equals(result.metric())
                        && other.median() > 0)
                .findFirst()
                .map(ottla -> String.format(Locale.ROOT, "%.2f", result.median() / ottla.median()))
                .orElse("");
    }

    private static String value(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }
}
