package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import java.util.function.Consumer;

/** {@link Invariant#C1}. */
final class DeliveredIsInLog implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (Delivered delivered : history.all(Delivered.class)) {
            LogRecord found = history.at(delivered.partition(), delivered.offset());
            String what = delivered.member() + " got " + delivered.recordName() + " from " + delivered.partition()
                    + " offset " + delivered.offset();
            if (found == null || !found.recordName().equals(delivered.recordName())) {
                violations.accept(what + ", where the log has " + (found == null ? "nothing" : found.recordName()));
            } else if (found.checksum() != delivered.checksum()) {
                violations.accept(what + " with other contents than the log has");
            }
        }
    }
}
