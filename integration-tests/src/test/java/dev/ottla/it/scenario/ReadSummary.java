package dev.ottla.it.scenario;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What consumers were given, by a history.
 *
 * @param records different ones
 * @param twice deliveries of a record that was delivered before
 * @param assignments how often a member of a group was given partitions
 * @param longestGap the longest time from one delivery to the next of the same partition
 */
record ReadSummary(int records, int twice, int assignments, Duration longestGap) {

    static ReadSummary of(History history) {
        Set<String> records = new HashSet<>();
        Map<TopicPartition, Long> lastNanos = new HashMap<>();
        int deliveries = 0;
        int assignments = 0;
        long longestNanos = 0;
        for (History.Entry entry : history.entries()) {
            if (entry.event() instanceof Assigned assigned
                    && !assigned.partitions().isEmpty()) {
                assignments++;
            } else if (entry.event() instanceof Delivered delivered) {
                deliveries++;
                records.add(delivered.partition() + "@" + delivered.offset() + " " + delivered.recordName());
                Long before = lastNanos.put(delivered.partition(), entry.atNanos());
                longestNanos = Math.max(longestNanos, before == null ? 0 : entry.atNanos() - before);
            }
        }
        return new ReadSummary(
                records.size(), deliveries - records.size(), assignments, Duration.ofNanos(longestNanos));
    }
}
