package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * {@link Invariant#C2}. An assignment begins at the highest offset that anybody has asked to commit, or before it; where a
 * position was set, there.
 */
final class NothingIsSkipped implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        new Walk(history, violations).run();
    }

    private static final class Walk {
        private final HistoryIndex history;
        private final Consumer<String> violations;
        private final Members members = new Members();
        private final Map<String, Long> committedMax = new HashMap<>();
        private final Map<String, Long> nextOffset = new HashMap<>();

        Walk(HistoryIndex history, Consumer<String> violations) {
            this.history = history;
            this.violations = violations;
        }

        void run() {
            for (Entry entry : history.entries()) {
                HistoryEvent event = entry.event();
                members.on(event);
                if (event instanceof CommitInvoked commit) {
                    commit.offsets()
                            .forEach((partition, offset) ->
                                    committedMax.merge(commit.group() + " " + partition, offset, Math::max));
                } else if (event instanceof Positioned positioned) {
                    nextOffset.put(
                            key(positioned.group(), positioned.member(), positioned.partition()), positioned.offset());
                } else if (event instanceof Delivered delivered) {
                    onDelivered(delivered);
                }
            }
        }

        private String key(String group, String member, TopicPartition partition) {
            return group + " " + member + " " + partition + " " + members.assignment(group, member, partition);
        }

        private void onDelivered(Delivered delivered) {
            TopicPartition partition = delivered.partition();
            Long next = nextOffset.put(key(delivered.group(), delivered.member(), partition), delivered.offset() + 1);
            long atMost = next != null ? next : committedMax.getOrDefault(delivered.group() + " " + partition, 0L);
            String what = delivered.member() + " got " + partition + " offset " + delivered.offset();
            if (next != null && delivered.offset() < next) {
                violations.accept(what + ", below the next offset " + next);
            }
            SortedMap<Long, LogRecord> skipped = history.between(partition, atMost, delivered.offset());
            if (!skipped.isEmpty()) {
                violations.accept(what + " and not " + skipped.keySet() + " before it");
            }
        }
    }
}
