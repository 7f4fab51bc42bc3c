package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.Crashed;
import dev.ottla.testkit.history.HistoryEvent.ProducerCrashed;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Invariant#I8}. A call that has not ended counts if the history goes on beyond its deadline, and its caller lives. */
final class CallsEndInTime implements Check {
    private static final Duration GRACE = Duration.ofMillis(500);

    /** What has to end, and by when. */
    private record Open(String caller, long deadlineNanos) {}

    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Map<String, Open> calls = new HashMap<>();
        long lastNanos = 0;
        for (Entry entry : history.entries()) {
            HistoryEvent event = entry.event();
            lastNanos = entry.atNanos();
            if (event instanceof SendInvoked send && !send.deadline().isZero()) {
                calls.put("send of " + send.recordName(), open(send.producer(), entry, send.deadline()));
            } else if (event instanceof CallBegan call) {
                calls.put(call.call() + " of " + call.caller(), open(call.caller(), entry, call.deadline()));
            } else if (event instanceof Crashed crashed) {
                calls.values().removeIf(call -> call.caller().equals(crashed.member()));
            } else if (event instanceof ProducerCrashed crashed) {
                calls.values().removeIf(call -> call.caller().equals(crashed.producer()));
            }
            String ended = endedCall(event);
            Open call = ended == null ? null : calls.remove(ended);
            if (call != null && entry.atNanos() > call.deadlineNanos()) {
                violations.accept(ended + " ended " + Duration.ofNanos(entry.atNanos() - call.deadlineNanos())
                        + " after its deadline and the grace");
            }
        }
        for (Map.Entry<String, Open> call : calls.entrySet()) {
            if (lastNanos > call.getValue().deadlineNanos()) {
                violations.accept(call.getKey() + " has not ended, long after its deadline");
            }
        }
    }

    private static Open open(String caller, Entry entry, Duration deadline) {
        return new Open(caller, entry.atNanos() + deadline.plus(GRACE).toNanos());
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
