package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** {@link Invariant#I4}. */
final class NoDuplicates implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Set<String> seen = new HashSet<>();
        for (LogRecord record : history.all(LogRecord.class)) {
            if (!seen.add(record.recordName())) {
                violations.accept(record.recordName() + " is in the log again at " + record.partition() + " offset "
                        + record.offset());
            }
        }
    }
}
