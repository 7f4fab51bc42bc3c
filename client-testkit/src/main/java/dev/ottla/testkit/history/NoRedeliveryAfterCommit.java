package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommitOk;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@link Invariant#C8}: duplicates come from records that were not committed when their owner went, and from nothing else. So an
 * assignment never begins below what was confirmed as committed before it.
 */
final class NoRedeliveryAfterCommit implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Map<String, CommitInvoked> invoked = new HashMap<>();
        Map<String, Long> confirmed = new HashMap<>();
        Map<String, Long> floor = new HashMap<>();
        for (Entry entry : history.entries()) {
            HistoryEvent event = entry.event();
            if (event instanceof CommitInvoked commit) {
                invoked.put(commit.member() + " " + commit.commitNumber(), commit);
            } else if (event instanceof CommitOk ok) {
                CommitInvoked commit = invoked.get(ok.member() + " " + ok.commitNumber());
                Map<TopicPartition, Long> offsets = commit == null ? Map.of() : commit.offsets();
                offsets.forEach(
                        (partition, offset) -> confirmed.merge(ok.group() + " " + partition, offset, Math::max));
            } else if (event instanceof Assigned assigned) {
                for (TopicPartition partition : assigned.partitions()) {
                    floor.put(
                            assigned.group() + " " + assigned.member() + " " + partition,
                            confirmed.getOrDefault(assigned.group() + " " + partition, 0L));
                }
            } else if (event instanceof Positioned position) {
                floor.remove(position.group() + " " + position.member() + " " + position.partition());
            } else if (event instanceof Delivered delivered) {
                long least = floor.getOrDefault(
                        delivered.group() + " " + delivered.member() + " " + delivered.partition(), 0L);
                if (delivered.offset() < least) {
                    violations.accept(delivered.member() + " got " + delivered.partition() + " offset "
                            + delivered.offset() + " though " + least
                            + " was confirmed as committed before it was assigned");
                }
            }
        }
    }
}
