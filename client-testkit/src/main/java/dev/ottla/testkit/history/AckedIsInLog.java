package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import java.util.function.Consumer;

/** {@link Invariant#I1}: a lost write, or an acknowledgement that tells another record's offset. */
final class AckedIsInLog implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (SendAcked acked : history.all(SendAcked.class)) {
            if (acked.offset() < 0) {
                if (history.copies(acked.recordName()).isEmpty()) {
                    violations.accept(acked.recordName() + " was acknowledged and is nowhere in the log");
                }
                continue;
            }
            LogRecord found = history.at(acked.partition(), acked.offset());
            if (found == null || !found.recordName().equals(acked.recordName())) {
                violations.accept(acked.recordName() + " was acknowledged at " + acked.partition() + " offset "
                        + acked.offset() + ", where the log has " + (found == null ? "nothing" : found.recordName())
                        + "; copies of it: " + history.copies(acked.recordName()));
            }
        }
    }
}
