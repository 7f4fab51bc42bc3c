package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import java.util.function.Consumer;

/** {@link Invariant#I3}. */
final class UnknownAtMostOnce implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (SendUnknown unknown : history.all(SendUnknown.class)) {
            int copies = history.copies(unknown.recordName()).size();
            if (copies > 1) {
                violations.accept(unknown.recordName() + ", of unknown outcome, is in the log " + copies + " times");
            }
        }
    }
}
