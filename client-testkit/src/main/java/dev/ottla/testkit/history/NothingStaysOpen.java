package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LogOpen;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import java.util.function.Consumer;

/**
 * {@link Invariant#X5}: a transaction that hangs keeps readers of committed records from everything behind it. Of a run that has
 * settled, for longer than the transactions' timeout.
 */
final class NothingStaysOpen implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        if (history.all(Settled.class).isEmpty()) {
            return;
        }
        for (LogOpen open : history.all(LogOpen.class)) {
            violations.accept("a transaction is open in " + open.partition() + " from offset " + open.firstOffset()
                    + " on, with " + open.recordNames());
        }
    }
}
