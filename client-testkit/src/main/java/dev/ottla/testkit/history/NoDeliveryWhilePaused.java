package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Paused;
import dev.ottla.testkit.history.HistoryEvent.Resumed;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** {@link Invariant#C9}. A pause outlasts whatever happens to other partitions, and ends with the assignment of its own. */
final class NoDeliveryWhilePaused implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Members members = new Members();
        Map<String, Integer> paused = new HashMap<>();
        for (Entry entry : history.entries()) {
            HistoryEvent event = entry.event();
            members.on(event);
            if (event instanceof Paused pause) {
                paused.put(
                        key(pause.group(), pause.member(), pause.partition()),
                        members.assignment(pause.group(), pause.member(), pause.partition()));
            } else if (event instanceof Resumed resumed) {
                paused.remove(key(resumed.group(), resumed.member(), resumed.partition()));
            } else if (event instanceof Delivered delivered) {
                int now = members.assignment(delivered.group(), delivered.member(), delivered.partition());
                Integer then = paused.get(key(delivered.group(), delivered.member(), delivered.partition()));
                if (then != null && then == now) {
                    violations.accept(delivered.member() + " got " + delivered.recordName() + " from "
                            + delivered.partition() + " offset " + delivered.offset() + ", which it has paused");
                }
            }
        }
    }

    private static String key(String group, String member, TopicPartition partition) {
        return group + " " + member + " " + partition;
    }
}
