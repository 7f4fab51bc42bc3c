package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** {@link Invariant#C7}, for every group that has done anything; of a run that has settled. */
final class EverythingIsDone implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        if (history.all(Settled.class).isEmpty()) {
            return;
        }
        Set<String> groups = new TreeSet<>();
        Set<String> done = new HashSet<>();
        for (Done each : history.all(Done.class)) {
            groups.add(each.group());
            done.add(each.group() + " " + each.partition() + " " + each.offset());
        }
        history.all(HistoryEvent.Assigned.class).forEach(assigned -> groups.add(assigned.group()));
        for (String group : groups) {
            for (LogRecord record : history.all(LogRecord.class)) {
                if (!done.contains(group + " " + record.partition() + " " + record.offset())) {
                    violations.accept(group + " never got done with " + record.recordName() + ": " + record.partition()
                            + " offset " + record.offset());
                }
            }
        }
    }
}
