package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LogMarker;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** {@link Invariant#X2}: a record came late, or the end of a transaction did, and met the next one of the same producer. */
final class TransactionsDoNotMix implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (LogMarker marker : history.all(LogMarker.class)) {
            Set<String> transactions = new TreeSet<>();
            marker.recordNames().forEach(name -> transactions.add(String.valueOf(history.transaction(name))));
            if (marker.isCommit() && transactions.size() > 1) {
                violations.accept("one marker, in " + marker.partition() + " at offset " + marker.offset()
                        + ", commits records of " + transactions);
            }
        }
    }
}
