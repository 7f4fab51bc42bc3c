package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table of docs/producer-scenarios.md, a line per scenario. Every test that tells of one finds its line there, with the same
 * test and verdict; figures are those of the run with {@code -Dottla.scenarios.write=true}, which writes the line anew.
 */
final class ScenarioTable {
    private static final Path FILE = Path.of("..", "docs", "producer-scenarios.md");
    private static final String BEGIN = "|---|---|---|---|---|---|\n";
    private static final String END = "<!-- End of what is generated. -->\n";
    private static final String NO_FIGURE = "";

    private ScenarioTable() {}

    /** What became of the sends of a scenario. */
    static void tell(String scenario, String test, History history, Verdict verdict) throws IOException {
        SendSummary sends = SendSummary.of(history);
        tell(
                scenario,
                test,
                verdict,
                Integer.toString(sends.sent()),
                Integer.toString(sends.unacknowledged()),
                seconds(sends.longest()));
    }

    /** The same for one that is about something else than acknowledgements. */
    static void tell(String scenario, String test, Verdict verdict) throws IOException {
        tell(scenario, test, verdict, NO_FIGURE, NO_FIGURE, NO_FIGURE);
    }

    private static void tell(String scenario, String test, Verdict verdict, String sent, String failed, String longest)
            throws IOException {
        String judged = (verdict.isGood() ? "good: " : "broken: ") + invariants(verdict);
        String row = "| " + String.join(" | ", scenario, "`" + test + "`", sent, failed, judged, longest) + " |";
        System.out.println(row);
        String text = Files.readString(FILE);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        Map<String, String> rows = new TreeMap<>();
        text.substring(begin, end).lines().forEach(line -> rows.put(cells(line)[1], line));
        if (Boolean.getBoolean("ottla.scenarios.write")) {
            rows.put(scenario, row);
            String table = rows.values().stream().map(line -> line + "\n").collect(Collectors.joining());
            Files.writeString(FILE, text.substring(0, begin) + table + text.substring(end));
        }
        assertThat(rows).as("write it with -Dottla.scenarios.write=true").containsKey(scenario);
        assertThat(cells(rows.get(scenario))[2]).isEqualTo(cells(row)[2]);
        assertThat(cells(rows.get(scenario))[5]).isEqualTo(cells(row)[5]);
    }

    private static String invariants(Verdict verdict) {
        return (verdict.isGood() ? verdict.checked() : verdict.broken())
                .stream().sorted().map(Enum::name).collect(Collectors.joining(" "));
    }

    private static String[] cells(String row) {
        return row.split(" *\\| *", -1);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
