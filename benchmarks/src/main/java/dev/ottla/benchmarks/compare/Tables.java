package dev.ottla.benchmarks.compare;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Shows results as tables: one line per scenario and metric and peer, with the ratio to Ottla. Immutable. */
final class Tables {
    private static final String OTTLA = PeerKind.OTTLA.label();

    /** What the terminal shows; the files have all. */
    private static final Set<String> BRIEF = Set.of(
            Metric.CPU_NS_PER_RECORD.label(),
            Metric.RECORDS_PER_SECOND.label(),
            Metric.CONTEXT_SWITCHES_PER_1000_RECORDS.label(),
            Metric.ALLOCATED_BYTES_PER_RECORD.label(),
            Metric.RECORDS_PER_BATCH.label(),
            Metric.PEAK_RSS_MIB.label(),
            Metric.PEAK_HEAP_MIB.label(),
            Metric.PEAK_LIVE_HEAP_MIB.label(),
            Metric.PEAK_DIRECT_MIB.label(),
            Metric.LATENCY_P50_US.label(),
            Metric.LATENCY_P99_US.label(),
            Metric.LATENCY_P999_US.label());

    private Tables() {}

    /** For a terminal. */
    static String ascii(List<Result> results) {
        List<Result> shown = results.stream().filter(Tables::isShown).toList();
        return AsciiTable.getTable(
                shown,
                List.of(
                        column("suite").with(Result::suite),
                        column("scenario").with(Result::scenario),
                        column("metric").with(Result::metric),
                        column("peer").with(Result::peer),
                        number("median").with(result -> value(result.median())),
                        number("min..max").with(result -> value(result.min()) + ".." + value(result.max())),
                        number("/ ottla").with(result -> ratio(result, results))));
    }

    private static Column column(String header) {
        return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
    }

    private static Column number(String header) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
    }

    private static boolean isShown(Result result) {
        boolean isRateOnly = result.metric().equals(Metric.CPU_MS_PER_SECOND.label())
                || result.metric().equals(Metric.WAKE_UPS_PER_SECOND.label())
                || result.metric().equals(Metric.CLIENT_WAKE_UPS_PER_SECOND.label());
        return BRIEF.contains(result.metric())
                || (isRateOnly && Set.of("low-rate", "latency", "end-to-end").contains(result.suite()));
    }

    /** For a document. */
    static String markdown(List<Result> results) {
        List<String> lines = new ArrayList<>();
        lines.add("| suite | scenario | metric | peer | median | min..max | rounds | / ottla |");
        lines.add("|---|---|---|---|--:|--:|--:|--:|");
        for (Result each : results) {
            lines.add("| "
                    + String.join(
                            " | ",
                            each.suite(),
                            each.scenario(),
                            each.metric(),
                            each.peer(),
                            value(each.median()),
                            value(each.min()) + ".." + value(each.max()),
                            Integer.toString(each.rounds()),
                            ratio(each, results))
                    + " |");
        }
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
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
