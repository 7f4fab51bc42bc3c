package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table in a page of docs/, whose lines tests write, each its own. A test finds its line there with the same judgment; figures
 * are those of the run with {@code -Dottla.scenarios.write=true}, which writes the line anew. Tests tell one after the other.
 */
public final class DocumentedTable {
    private static final String END = "<!-- End of what is generated. -->\n";

    private final Path file;
    private final List<String> columns;
    private final List<String> judged;

    private DocumentedTable(Path file, List<String> columns, List<String> judged) {
        this.file = file;
        this.columns = columns;
        this.judged = judged;
    }

    /** The table with these columns, the first of which tells lines apart. */
    public static DocumentedTable in(String page, String... columns) {
        return new DocumentedTable(Path.of("..", "docs", page), List.of(columns), List.of());
    }

    /** The same, with those columns that are a judgment; the others are figures. */
    public DocumentedTable judging(String... these) {
        return new DocumentedTable(file, columns, List.of(these));
    }

    /** Prints a line, and looks for it, or writes it. */
    public void tell(String... cells) throws IOException {
        List<String> told = List.of(cells);
        String row = row(told);
        System.out.println(row);
        String text = Files.readString(file);
        String heading = row(columns) + "\n|" + "---|".repeat(columns.size()) + "\n";
        assertThat(text).contains(heading);
        int begin = text.indexOf(heading) + heading.length();
        int end = text.indexOf(END, begin);
        Map<String, String> rows = new TreeMap<>();
        text.substring(begin, end).lines().forEach(line -> rows.put(cells(line).get(0), line));
        if (Boolean.getBoolean("ottla.scenarios.write")) {
            rows.put(told.get(0), row);
            String table = rows.values().stream().map(line -> line + "\n").collect(Collectors.joining());
            Files.writeString(file, text.substring(0, begin) + table + text.substring(end));
        }
        assertThat(rows).as("write it with -Dottla.scenarios.write=true").containsKey(told.get(0));
        List<String> written = cells(rows.get(told.get(0)));
        for (String column : judged) {
            int number = columns.indexOf(column);
            assertThat(written.get(number)).as("%s of %s", column, told.get(0)).isEqualTo(told.get(number));
        }
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static List<String> cells(String row) {
        List<String> cells = new ArrayList<>(List.of(row.split(" *\\| *", -1)));
        return cells.subList(1, cells.size() - 1);
    }
}
