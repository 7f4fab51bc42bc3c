package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import dev.ottla.testkit.history.HistoryEvent.Rewound;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@link Invariant#C2}. An assignment begins where its group has got to, or before: every record below the first is done by
 * somebody. Where a position was set, it begins there; after a transaction was taken back, where an assignment would.
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
        private final Set<String> done = new HashSet<>();
        private final Map<String, Long> nextOffset = new HashMap<>();

        Walk(HistoryIndex history, Consumer<String> violations) {
            this.history = history;
            this.violations = violations;
        }

        void run() {
            for (Entry entry : history.entries()) {
                HistoryEvent event = entry.event();
                members.on(event);
                if (event instanceof Done each) {
                    done.add(each.group() + " " + each.partition() + " " + each.offset());
                } else if (event instanceof Positioned positioned) {
                    nextOffset.put(
                            key(positioned.group(), positioned.member(), positioned.partition()), positioned.offset());
                } else if (event instanceof Rewound rewound) {
                    rewound.partitions()
                            .forEach(partition -> nextOffset.remove(key(rewound.group(), rewound.member(), partition)));
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
            String what = delivered.member() + " got " + partition + " offset " + delivered.offset();
            if (next != null && delivered.offset() < next) {
                violations.accept(what + ", below the next offset " + next);
            }
            List<Long> skipped =
                    history.between(partition, next == null ? 0 : next, delivered.offset()).keySet().stream()
                            .filter(offset ->
                                    next != null || !done.contains(delivered.group() + " " + partition + " " + offset))
                            .toList();
            if (!skipped.isEmpty()) {
                violations.accept(what + " and not " + skipped + " before it");
            }
        }
    }
}
