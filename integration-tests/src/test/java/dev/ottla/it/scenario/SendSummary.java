package dev.ottla.it.scenario;

import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What became of the sends of a history.
 *
 * @param unacknowledged failed, or have not ended
 * @param longest the longest time from a send to its acknowledgement
 */
record SendSummary(int sent, int unacknowledged, Duration longest) {

    static SendSummary of(History history) {
        Map<String, Long> open = new HashMap<>();
        int sent = 0;
        long longestNanos = 0;
        for (History.Entry entry : history.entries()) {
            if (entry.event() instanceof SendInvoked send) {
                sent++;
                open.put(send.recordName(), entry.atNanos());
            } else if (entry.event() instanceof SendAcked acked) {
                longestNanos = Math.max(longestNanos, entry.atNanos() - open.remove(acked.recordName()));
            }
        }
        return new SendSummary(sent, open.size(), Duration.ofNanos(longestNanos));
    }
}
