package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Crashed;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@link Invariant#C4}. A member whose session has expired does not know it yet: it is let off if it hears that the partition
 * was lost before it gets it again, or if it crashes.
 */
final class OneOwner implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Members members = new Members();
        List<Entry> entries = history.entries();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).event() instanceof Assigned assigned) {
                List<Entry> rest = entries.subList(i + 1, entries.size());
                for (TopicPartition partition : assigned.partitions()) {
                    for (String owner : members.owners(assigned.group(), partition)) {
                        if (!owner.equals(assigned.member())
                                && !losesUnawares(rest, owner, partition)
                                && !losesUnawares(rest, assigned.member(), partition)) {
                            violations.accept(partition + " was assigned to " + assigned.member() + " while " + owner
                                    + " owned it");
                        }
                    }
                }
            }
            members.on(entries.get(i).event());
        }
    }

    private static boolean losesUnawares(List<Entry> rest, String member, TopicPartition partition) {
        for (Entry entry : rest) {
            HistoryEvent event = entry.event();
            if ((event instanceof Lost lost
                            && lost.member().equals(member)
                            && lost.partitions().contains(partition))
                    || (event instanceof Crashed crashed && crashed.member().equals(member))) {
                return true;
            } else if ((event instanceof Assigned again
                            && again.member().equals(member)
                            && again.partitions().contains(partition))
                    || (event instanceof MemberClosed closed && closed.member().equals(member))) {
                return false;
            }
        }
        return false;
    }
}
