package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Invariant#I8}. A call that has not ended counts if the history goes on beyond its deadline. */
final class CallsEndInTime implements Check {
    private static final Duration GRACE = Duration.ofMillis(500);

    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Map<String, Long> deadlines = new HashMap<>();
        long lastNanos = 0;
        for (Entry entry : history.entries()) {
            HistoryEvent event = entry.event();
            lastNanos = entry.atNanos();
            if (event instanceof SendInvoked send && !send.deadline().isZero()) {
                deadlines.put("send of " + send.recordName(), deadlineNanos(entry, send.deadline()));
            } else if (event instanceof CallBegan call) {
                deadlines.put(call.call() + " of " + call.caller(), deadlineNanos(entry, call.deadline()));
            }
            String ended = endedCall(event);
            Long deadline = ended == null ? null : deadlines.remove(ended);
            if (deadline != null && entry.atNanos() > deadline) {
                violations.accept(ended + " ended " + Duration.ofNanos(entry.atNanos() - deadline)
                        + " after its deadline and the grace");
            }
        }
        for (Map.Entry<String, Long> open : deadlines.entrySet()) {
            if (lastNanos > open.getValue()) {
                violations.accept(open.getKey() + " has not ended, long after its deadline");
            }
        }
    }

    private static long deadlineNanos(Entry entry, Duration deadline) {
        return entry.atNanos() + deadline.plus(GRACE).toNanos();
    }

    private static @Nullable String endedCall(HistoryEvent event) {
        if (event instanceof SendAcked acked) {
            return "send of " + acked.recordName();
        } else if (event instanceof SendRejected rejected) {
            return "send of " + rejected.recordName();
        } else if (event instanceof SendUnknown unknown) {
            return "send of " + unknown.recordName();
        }
        return event instanceof CallEnded call ? call.call() + " of " + call.caller() : null;
    }
}
