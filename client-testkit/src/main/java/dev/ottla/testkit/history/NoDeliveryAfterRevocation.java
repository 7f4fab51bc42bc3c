package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import java.util.function.Consumer;

/** {@link Invariant#C3}. Without a group there is nothing to give up. */
final class NoDeliveryAfterRevocation implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Members members = new Members();
        for (Entry entry : history.entries()) {
            members.on(entry.event());
            if (entry.event() instanceof Delivered delivered
                    && members.assignment(delivered.group(), delivered.member(), delivered.partition()) == 0) {
                violations.accept(delivered.member() + " got " + delivered.recordName() + " from "
                        + delivered.partition() + " offset " + delivered.offset() + ", which it does not own"
                        + (members.isGone(delivered.group(), delivered.member()) ? " any more, being gone" : ""));
            }
        }
    }
}
