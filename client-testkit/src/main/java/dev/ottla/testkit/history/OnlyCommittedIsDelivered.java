package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitInvoked;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@link Invariant#X3}, by the markers in the log, and by when records were read: before its producer asked for the commit, no
 * record of a transaction can be committed. So no two transactions can have read from each other either.
 */
final class OnlyCommittedIsDelivered implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Set<String> invoked = new HashSet<>();
        for (Entry entry : history.entries()) {
            if (entry.event() instanceof TransactionCommitInvoked commit) {
                invoked.add(commit.transaction());
            } else if (entry.event() instanceof Delivered delivered) {
                String transaction = history.transaction(delivered.recordName());
                String what = delivered.member() + " got " + delivered.recordName() + " of transaction " + transaction
                        + " from " + delivered.partition() + " offset " + delivered.offset();
                if (transaction != null && history.isHidden(delivered.recordName())) {
                    violations.accept(what + ", which was never committed");
                } else if (transaction != null && !invoked.contains(transaction)) {
                    violations.accept(what + ", before its commit was asked for");
                }
            }
        }
    }
}
