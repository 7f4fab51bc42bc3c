package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Crashed;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@link Invariant#C4}. An owner whose session has expired does not know it yet: it is let off if what it hears of the partition
 * next is that it was lost, or if it crashes or is gone before it hears of anything.
 */
final class OneOwner implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Members members = new Members();
        List<Entry> entries = history.entries();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).event() instanceof Assigned assigned) {
                for (TopicPartition partition : assigned.partitions()) {
                    for (String owner : members.owners(assigned.group(), partition)) {
                        if (!owner.equals(assigned.member())
                                && givesUpInOrder(entries.subList(i, entries.size()), owner, partition)) {
                            violations.accept(partition + " was assigned to " + assigned.member() + " while " + owner
                                    + " owned it");
                        }
                    }
                }
            }
            members.on(entries.get(i).event());
        }
    }

    /** Whether the owner goes on as if the partition were its own. */
    private static boolean givesUpInOrder(List<Entry> rest, String owner, TopicPartition partition) {
        for (Entry entry : rest) {
            HistoryEvent event = entry.event();
            if (event instanceof Revoked revoked
                    && revoked.member().equals(owner)
                    && revoked.partitions().contains(partition)) {
                return true;
            } else if ((event instanceof Lost lost
                            && lost.member().equals(owner)
                            && lost.partitions().contains(partition))
                    || (event instanceof Crashed crashed && crashed.member().equals(owner))) {
                return false;
            } else if (event instanceof MemberClosed closed && closed.member().equals(owner)) {
                return true;
            }
        }
        return true;
    }
}
