package dev.ottla.it.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What became of every record that one client sent: numbers as values, in turn to the partitions of a topic. */
final class Ledger {
    private static final long NOT_YET = -1;

    private final int partitions;
    private final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());

    Ledger(int partitions) {
        this.partitions = partitions;
    }

    /** Takes the offset that the record is acknowledged with. */
    void sent(CompletableFuture<Long> acknowledgement) {
        Entry entry = new Entry(acknowledgement, System.nanoTime());
        entries.add(entry);
        acknowledgement.whenComplete((offset, failure) -> entry.endedAtNanos = System.nanoTime());
    }

    int size() {
        return entries.size();
    }

    int partitionOf(int number) {
        return number % partitions;
    }

    boolean isSettled() {
        return entries.stream().allMatch(entry -> entry.acknowledgement.isDone());
    }

    /** Compares what was told about the records with what is in the log; those of a partition are in its order. */
    Verdict compare(List<ConsumerRecord<byte[], byte[]>> log) {
        Map<Integer, List<Long>> offsets = new HashMap<>();
        int[] last = new int[partitions];
        int reordered = 0;
        for (ConsumerRecord<byte[], byte[]> record : log) {
            int number = Integer.parseInt(new String(record.value(), UTF_8));
            List<Long> places = offsets.computeIfAbsent(number, any -> new ArrayList<>());
            places.add(record.offset());
            if (places.size() == 1) {
                // Where a record is first counts: behind that a repeated batch may stand again.
                reordered += number < last[record.partition()] ? 1 : 0;
                last[record.partition()] = number;
            }
        }
        return verdict(offsets, reordered);
    }

    private Verdict verdict(Map<Integer, List<Long>> offsets, int reordered) {
        int lost = 0;
        int misplaced = 0;
        int failed = 0;
        int duplicates = 0;
        long longestNanos = 0;
        for (int number = 0; number < entries.size(); number++) {
            Entry entry = entries.get(number);
            List<Long> places = offsets.getOrDefault(number, List.of());
            duplicates += Math.max(0, places.size() - 1);
            if (entry.acknowledgement.isCompletedExceptionally() || entry.endedAtNanos == NOT_YET) {
                failed++;
            } else {
                lost += places.isEmpty() ? 1 : 0;
                misplaced += places.isEmpty() || places.contains(entry.acknowledgement.join()) ? 0 : 1;
                longestNanos = Math.max(longestNanos, entry.endedAtNanos - entry.sentAtNanos);
            }
        }
        return new Verdict(
                entries.size(), failed, lost, misplaced, duplicates, reordered, Duration.ofNanos(longestNanos));
    }

    /**
     * What a client did with its records.
     *
     * @param failed were not acknowledged
     * @param lost were acknowledged and are not there
     * @param misplaced were acknowledged with an offset at which they are not
     * @param duplicates are there once too often, counted for each time
     * @param reordered are there, but after a later one of their partition
     */
    record Verdict(
            int sent,
            int failed,
            int lost,
            int misplaced,
            int duplicates,
            int reordered,
            Duration longestAcknowledgement) {}

    private static final class Entry {
        private final CompletableFuture<Long> acknowledgement;
        private final long sentAtNanos;
        private volatile long endedAtNanos = NOT_YET;

        Entry(CompletableFuture<Long> acknowledgement, long sentAtNanos) {
            this.acknowledgement = acknowledgement;
            this.sentAtNanos = sentAtNanos;
        }
    }
}
