package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** {@link Invariant#C6}, by what applications ask to commit and by what the coordinator has stored. */
final class CommitsAreDone implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Set<String> done = new HashSet<>();
        for (Entry entry : history.entries()) {
            HistoryEvent event = entry.event();
            if (event instanceof Done each) {
                done.add(each.group() + " " + each.partition() + " " + each.offset());
            } else if (event instanceof CommitInvoked commit) {
                for (Map.Entry<TopicPartition, Long> offset : commit.offsets().entrySet()) {
                    check(history, done, commit.group(), offset.getKey(), offset.getValue(), violations);
                }
            } else if (event instanceof CommittedOffset committed) {
                check(history, done, committed.group(), committed.partition(), committed.offset(), violations);
            }
        }
    }

    private static void check(
            HistoryIndex history,
            Set<String> done,
            String group,
            TopicPartition partition,
            long offset,
            Consumer<String> violations) {
        List<Long> open = new ArrayList<>();
        for (LogRecord record : history.between(partition, 0, offset).values()) {
            if (!done.contains(group + " " + partition + " " + record.offset())) {
                open.add(record.offset());
            }
        }
        if (!open.isEmpty()) {
            violations.accept(
                    group + " committed " + partition + " up to " + offset + ", but " + open + " were not done");
        }
    }
}
