package dev.ottla.it.scenario;

import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table of docs/producer-scenarios.md, a line per scenario. */
final class ScenarioTable {
    private static final DocumentedTable TABLE = DocumentedTable.in(
                    "producer-scenarios.md",
                    "scenario",
                    "test",
                    "sent",
                    "not acknowledged",
                    "verdict",
                    "longest acknowledgement")
            .judging("test", "verdict");
    private static final String NO_FIGURE = "";

    private ScenarioTable() {}

    /** What became of the sends of a scenario. */
    static void tell(String scenario, String test, History history, Verdict verdict) throws IOException {
        SendSummary sends = SendSummary.of(history);
        TABLE.tell(
                scenario,
                "`" + test + "`",
                Integer.toString(sends.sent()),
                Integer.toString(sends.unacknowledged()),
                inWords(verdict),
                seconds(sends.longest()));
    }

    /** The same for one that is about something else than acknowledgements. */
    static void tell(String scenario, String test, Verdict verdict) throws IOException {
        TABLE.tell(scenario, "`" + test + "`", NO_FIGURE, NO_FIGURE, inWords(verdict), NO_FIGURE);
    }

    /** In one line; a bad one with all that was found, since it goes into no table but into the failure of a test. */
    static String inWords(Verdict verdict) {
        return verdict.isGood()
                ? verdict.checked().stream().sorted().map(Enum::name).collect(Collectors.joining(" ", "good: ", ""))
                : "broken: " + verdict.toString().replaceAll("\\s+", " ");
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
