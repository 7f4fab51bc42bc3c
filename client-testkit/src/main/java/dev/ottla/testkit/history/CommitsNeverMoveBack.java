package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** {@link Invariant#C5}, by what the coordinator had stored at each look. A partition whose position was set is left out. */
final class CommitsNeverMoveBack implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Map<String, Long> last = new HashMap<>();
        Set<TopicPartition> positioned = new HashSet<>();
        for (Entry entry : history.entries()) {
            if (entry.event() instanceof Positioned position) {
                positioned.add(position.partition());
            } else if (entry.event() instanceof CommittedOffset committed) {
                Long before = last.put(committed.group() + " " + committed.partition(), committed.offset());
                if (before != null && committed.offset() < before && !positioned.contains(committed.partition())) {
                    violations.accept("the committed offset of " + committed.partition() + " in " + committed.group()
                            + " went from " + before + " back to " + committed.offset());
                }
            }
        }
    }
}
