package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@link Invariant#C5}, by what the coordinator had stored at each look. Where the application has set a position, the offset may
 * go back as far as that.
 */
final class CommitsNeverMoveBack implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Map<String, Long> last = new HashMap<>();
        Map<String, Long> positioned = new HashMap<>();
        for (Entry entry : history.entries()) {
            if (entry.event() instanceof Positioned position) {
                positioned.merge(key(position.group(), position.partition()), position.offset(), Math::min);
            } else if (entry.event() instanceof CommittedOffset committed) {
                String key = key(committed.group(), committed.partition());
                Long before = last.put(key, committed.offset());
                long least = before == null ? 0 : Math.min(before, positioned.getOrDefault(key, before));
                if (committed.offset() < least) {
                    violations.accept("the committed offset of " + committed.partition() + " in " + committed.group()
                            + " went from " + before + " back to " + committed.offset());
                }
            }
        }
    }

    private static String key(String group, TopicPartition partition) {
        return group + " " + partition;
    }
}
