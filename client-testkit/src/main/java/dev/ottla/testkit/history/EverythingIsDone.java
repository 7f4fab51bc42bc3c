package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@link Invariant#C7}, for every group that has done anything, in the topics that it reads; of a run that has settled. What was
 * not committed need not be seen.
 */
final class EverythingIsDone implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        if (history.all(Settled.class).isEmpty()) {
            return;
        }
        Map<String, Set<String>> topics = new TreeMap<>();
        Set<String> done = new HashSet<>();
        for (Done each : history.all(Done.class)) {
            add(topics, each.group(), each.partition());
            done.add(each.group() + " " + each.partition() + " " + each.offset());
        }
        for (Assigned assigned : history.all(Assigned.class)) {
            assigned.partitions().forEach(partition -> add(topics, assigned.group(), partition));
        }
        topics.forEach((group, read) -> {
            for (LogRecord record : history.all(LogRecord.class)) {
                if (read.contains(record.partition().topic())
                        && !history.isHidden(record.recordName())
                        && !done.contains(group + " " + record.partition() + " " + record.offset())) {
                    violations.accept(group + " never got done with " + record.recordName() + ": " + record.partition()
                            + " offset " + record.offset());
                }
            }
        });
    }

    private static void add(Map<String, Set<String>> topics, String group, TopicPartition partition) {
        topics.computeIfAbsent(group, name -> new HashSet<>()).add(partition.topic());
    }
}
