package dev.ottla.samples.demo;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The table at the end of the demo. */
final class Summary {
    private record Row(String what, String value) {}

    private final List<Row> rows = new ArrayList<>();

    Summary(Ledger ledger, List<DemoConsumer> consumers, Senders senders, Duration elapsed) {
        Ledger.Verdict verdict = ledger.verdict();
        add("sent and acknowledged", ledger.sent());
        for (DemoConsumer consumer : consumers) {
            add("received by " + consumer.name(), consumer.received());
        }
        add("received in all", ledger.received());
        add("failed to send", verdict.failed());
        add("lost", verdict.lost());
        add("received twice", verdict.duplicated());
        add("not where it was acknowledged", verdict.misplaced());
        add("out of order within its key", verdict.outOfOrder());
        addRate("sent, one at a time", ledger.syncCount(), senders.syncTime());
        addRate("sent without waiting", ledger.recordCount() - ledger.syncCount(), senders.asyncTime());
        rows.add(new Row("time in all", "%.1f s".formatted(seconds(elapsed))));
        rows.add(new Row("verdict", verdict.isGood() ? "every record exactly once, in its place, in order" : "FAILED"));
    }

    private void add(String what, long count) {
        rows.add(new Row(what, "%,d".formatted(count)));
    }

    private void addRate(String what, long count, Duration time) {
        rows.add(new Row(what, "%,.0f records/s".formatted((double) count / seconds(time))));
    }

    private static double seconds(Duration elapsed) {
        return (double) elapsed.toNanos() / 1e9;
    }

    @Override
    public String toString() {
        return AsciiTable.builder()
                .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
                .data(
                        rows,
                        List.of(
                                new Column().dataAlign(HorizontalAlign.LEFT).with(Row::what),
                                new Column().dataAlign(HorizontalAlign.RIGHT).with(Row::value)))
                .asString();
    }
}
