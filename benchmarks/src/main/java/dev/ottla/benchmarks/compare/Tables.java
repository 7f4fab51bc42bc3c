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

/** Shows results as tables: median, minimum and maximum of each peer, and its ratios to Ottla. Immutable. */
final class Tables {
    private static final String OTTLA = PeerKind.OTTLA.label();

    /** How many columns say what the others are about: suite, scenario, metric. */
    private static final int NAMES = 3;

    /** From here on a broker of one thread may be what limits a client's throughput. */
    private static final double BUSY_BROKER_PERCENT = 90;

    /** What the terminal shows of a scenario with as many records as a client takes; the files have all. */
    private static final Set<String> BY_RECORD = labels(
            Metric.CPU_NS_PER_RECORD,
            Metric.JIT_CPU_PERCENT,
            Metric.RECORDS_PER_SECOND,
            Metric.BROKER_CPU_NS_PER_RECORD,
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
            "codecs",
            labels(
                    Metric.CPU_NS_PER_RECORD,
                    Metric.JIT_CPU_PERCENT,
                    Metric.RECORDS_PER_SECOND,
                    Metric.BYTES_PER_RECORD,
                    Metric.ALLOCATED_BYTES_PER_RECORD),
            "memory",
            labels(
                    Metric.RECORDS_PER_SECOND,
                    Metric.CONFIGURED_BUDGET_MIB,
                    Metric.PEAK_RSS_MIB,
                    Metric.PEAK_HEAP_MIB,
                    Metric.PEAK_LIVE_HEAP_MIB,
                    Metric.PEAK_DIRECT_MIB,
                    Metric.PEAK_NETTY_DIRECT_MIB));

    private static Set<String> labels(Metric... metrics) {
        return Arrays.stream(metrics).map(Metric::label).collect(Collectors.toSet());
    }

    /** Results of all peers and metrics, by what they belong to. */
    private record Key(String suite, String scenario, String peer, String metric) {}

    private final List<Result> shown;
    private final Map<Key, Result> all = new LinkedHashMap<>();

    private Tables(List<Result> results, boolean isBrief) {
        results.forEach(each -> all.put(new Key(each.suite(), each.scenario(), each.peer(), each.metric()), each));
        this.shown = results.stream()
                .filter(each -> !each.unit().equals(Metric.RATIO_UNIT) && (!isBrief || isShownBriefly(each)))
                .toList();
    }

    private static boolean isShownBriefly(Result result) {
        return BRIEF.getOrDefault(result.suite(), BY_RECORD).contains(result.metric());
    }

    /** For a terminal. */
    static String ascii(List<Result> results) {
        Tables tables = new Tables(results, true);
        String[][] lines = tables.rows().stream()
                .map(row -> tables.cells(row).toArray(String[]::new))
                .toArray(String[][]::new);
        return AsciiTable.getTable(tables.head().toArray(String[]::new), lines) + "\n" + legend(results);
    }

    /** For a document: what the terminal shows too, a chapter for each suite. */
    static String brief(List<Result> results) {
        Map<String, List<Result>> suites =
                results.stream().collect(Collectors.groupingBy(Result::suite, LinkedHashMap::new, Collectors.toList()));
        return suites.entrySet().stream()
                .map(suite -> "### " + suite.getKey() + "\n\n" + new Tables(suite.getValue(), true).markdown(1))
                .collect(Collectors.joining("\n", legend(results) + "\n\n", ""));
    }

    /** For a document: a line per scenario and metric, a column per peer, and the ratios to Ottla. */
    static String markdown(List<Result> results) {
        return legend(results) + "\n\n" + new Tables(results, false).markdown(0);
    }

    private static String legend(List<Result> results) {
        int rounds = results.stream().mapToInt(Result::rounds).max().orElse(0);
        return "Median (minimum–maximum) of " + rounds
                + " rounds; ratios are taken round by round. \"not steady\": the JIT used 2 % of the CPU or more, in the"
                + " median of the rounds or still at the end of the warm-up. \"broker-bound\": a thread of the null broker"
                + " was busy for 90 % of the time or more, so that the client might have done more.";
    }

    /** Without the first columns, which say nothing where they are all the same. */
    private String markdown(int omitted) {
        List<String> head = head();
        List<String> lines = new ArrayList<>();
        lines.add(line(head.subList(omitted, head.size())));
        lines.add("|" + "---|".repeat(NAMES - omitted) + "--:|".repeat(head.size() - NAMES));
        rows().stream().map(this::cells).forEach(row -> lines.add(line(row.subList(omitted, row.size()))));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private List<String> head() {
        List<String> head = new ArrayList<>(List.of("suite", "scenario", "metric"));
        head.addAll(peers());
        others().forEach(peer -> head.add(peer + " / ottla"));
        return head;
    }

    private List<String> cells(List<Result> row) {
        Result any = row.get(0);
        List<String> cells = new ArrayList<>(List.of(any.suite(), any.scenario(), any.metric()));
        peers().forEach(peer -> cells.add(of(peer, row).map(this::value).orElse("")));
        others().forEach(peer ->
                cells.add(of(peer, row).flatMap(this::ratio).map(Tables::spread).orElse("")));
        return cells;
    }

    private List<String> peers() {
        return shown.stream().map(Result::peer).distinct().toList();
    }

    private List<String> others() {
        return peers().stream().filter(peer -> !peer.equals(OTTLA)).toList();
    }

    /** The results of all peers for the same scenario and metric, in the order in which they were measured. */
    private Collection<List<Result>> rows() {
        Map<List<String>, List<Result>> rows = new LinkedHashMap<>();
        for (Result each : shown) {
            rows.computeIfAbsent(List.of(each.suite(), each.scenario(), each.metric()), key -> new ArrayList<>())
                    .add(each);
        }
        return rows.values();
    }

    private static Optional<Result> of(String peer, List<Result> row) {
        return row.stream().filter(each -> each.peer().equals(peer)).findFirst();
    }

    private Optional<Result> ratio(Result result) {
        return beside(result, result.metric() + Metric.RATIO_SUFFIX);
    }

    private Optional<Result> beside(Result result, String metric) {
        return Optional.ofNullable(all.get(new Key(result.suite(), result.scenario(), result.peer(), metric)));
    }

    /** With what there is to be said against it. */
    private String value(Result result) {
        String doubt = "";
        if (result.metric().equals(Metric.CPU_NS_PER_RECORD.label())) {
            doubt = median(result, Metric.IS_STEADY, 1) == 0 ? ", not steady" : "";
        } else if (result.metric().equals(Metric.RECORDS_PER_SECOND.label())) {
            double percent = median(result, Metric.BROKER_BUSIEST_THREAD_PERCENT, 0);
            doubt = percent >= BUSY_BROKER_PERCENT ? ", broker-bound" : "";
        }
        return spread(result) + doubt;
    }

    private double median(Result result, Metric other, double absent) {
        return beside(result, other.label()).map(Result::median).orElse(absent);
    }

    private static String spread(Result result) {
        String median = number(result.median());
        return result.rounds() == 1 ? median : median + " (" + number(result.min()) + "–" + number(result.max()) + ")";
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String number(double value) {
        return String.format(
                Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
