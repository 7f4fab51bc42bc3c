package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import java.util.function.Consumer;

/** {@link Invariant#I6}: the class of CVE-2026-35554, where a buffer in use was given to somebody else's records. */
final class OnlyWhereItWasSent implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (LogRecord record : history.all(LogRecord.class)) {
            SendInvoked send = history.send(record.recordName());
            String where = record.partition() + " offset " + record.offset();
            if (send == null) {
                violations.accept(where + " has a record that nobody sent: " + record.recordName());
            } else if (!send.partition().equals(record.partition())) {
                violations.accept(where + " has " + record.recordName() + ", which was sent to " + send.partition());
            } else if (send.checksum() != record.checksum()) {
                violations.accept(where + " has " + record.recordName() + " with other contents than were sent");
            }
        }
    }
}
