package dev.ottla.it.scenario;

import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;

/** The table of docs/consumer-scenarios.md, a line per scenario. */
public final class ConsumerTable {
    private static final DocumentedTable TABLE = DocumentedTable.in(
                    "consumer-scenarios.md",
                    "scenario",
                    "test",
                    "records",
                    "read twice",
                    "assignments",
                    "verdict",
                    "longest gap")
            .judging("test", "verdict");

    private ConsumerTable() {}

    /** What was read in a scenario. */
    public static void tell(String scenario, String test, History history, Verdict verdict) throws IOException {
        ReadSummary read = ReadSummary.of(history);
        TABLE.tell(
                scenario,
                "`" + test + "`",
                Integer.toString(read.records()),
                Integer.toString(read.twice()),
                Integer.toString(read.assignments()),
                ScenarioTable.inWords(verdict),
                ScenarioTable.seconds(read.longestGap()));
    }
}
