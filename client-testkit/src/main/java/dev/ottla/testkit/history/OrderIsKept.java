package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@link Invariant#I5}, over the first copy of each acknowledged record, since a second one is the business of I4, and over the
 * offsets that were told.
 */
final class OrderIsKept implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        history.ackedInOrderOfSending().values().forEach(acked -> check(acked, history, violations));
    }

    private static void check(List<SendAcked> acked, HistoryIndex history, Consumer<String> violations) {
        for (int i = 1; i < acked.size(); i++) {
            SendAcked earlier = acked.get(i - 1);
            SendAcked later = acked.get(i);
            if (later.offset() >= 0 && later.offset() <= earlier.offset()) {
                violations.accept(later.recordName() + " was sent after " + earlier.recordName()
                        + " and was acknowledged before it in " + later.partition() + ": offset " + later.offset()
                        + " after " + earlier.offset());
            } else if (firstOffset(later, history) < firstOffset(earlier, history)) {
                violations.accept(later.recordName() + " was sent after " + earlier.recordName()
                        + " and lies before it in " + later.partition());
            }
        }
    }

    /** A record without a copy is the business of I1. */
    private static long firstOffset(SendAcked acked, HistoryIndex history) {
        return history.copies(acked.recordName()).stream()
                .filter(copy -> copy.partition().equals(acked.partition()))
                .mapToLong(LogRecord::offset)
                .min()
                .orElse(acked.offset());
    }
}
