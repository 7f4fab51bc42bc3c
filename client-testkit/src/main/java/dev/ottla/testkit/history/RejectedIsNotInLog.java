package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import java.util.function.Consumer;

/** {@link Invariant#I2}: a failure that was called final and was not. */
final class RejectedIsNotInLog implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (SendRejected rejected : history.all(SendRejected.class)) {
            history.copies(rejected.recordName())
                    .forEach(copy -> violations.accept(rejected.recordName() + " was rejected (" + rejected.error()
                            + ") and is in the log: " + copy.partition() + " offset " + copy.offset()));
        }
    }
}
