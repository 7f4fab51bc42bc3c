package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.LogMarker;
import dev.ottla.testkit.history.HistoryEvent.LogOpen;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SentInTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A history, with the look-ups that several checks need. */
final class HistoryIndex {
    private final List<Entry> entries;
    private final Map<String, SendInvoked> sends = new HashMap<>();
    private final Map<String, String> transactions = new HashMap<>();
    private final Map<String, List<LogRecord>> copies = new HashMap<>();
    private final Set<String> committed = new HashSet<>();
    private final Set<String> hidden = new HashSet<>();
    private final Map<TopicPartition, NavigableMap<Long, LogRecord>> log = new HashMap<>();
    private final Map<TopicPartition, NavigableMap<Long, LogRecord>> visible = new HashMap<>();

    HistoryIndex(List<Entry> entries) {
        this.entries = entries;
        for (Entry entry : entries) {
            if (entry.event() instanceof SendInvoked send) {
                sends.put(send.recordName(), send);
            } else if (entry.event() instanceof SentInTransaction sent) {
                transactions.put(sent.recordName(), sent.transaction());
            } else if (entry.event() instanceof LogRecord record) {
                copies.computeIfAbsent(record.recordName(), name -> new ArrayList<>())
                        .add(record);
                add(record, log);
            } else if (entry.event() instanceof LogMarker marker) {
                (marker.isCommit() ? committed : hidden).addAll(marker.recordNames());
            } else if (entry.event() instanceof LogOpen open) {
                hidden.addAll(open.recordNames());
            }
        }
        log.values()
                .forEach(records -> records.values().stream()
                        .filter(record -> !hidden.contains(record.recordName()))
                        .forEach(record -> add(record, visible)));
    }

    private static void add(LogRecord record, Map<TopicPartition, NavigableMap<Long, LogRecord>> byPartition) {
        byPartition
                .computeIfAbsent(record.partition(), partition -> new TreeMap<>())
                .put(record.offset(), record);
    }

    List<Entry> entries() {
        return entries;
    }

    /** All events of one kind, in order. */
    <T extends HistoryEvent> List<T> all(Class<T> kind) {
        return entries.stream()
                .map(Entry::event)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** How the record was sent; null if it was not. */
    @Nullable
    SendInvoked send(String recordName) {
        return sends.get(recordName);
    }

    /** Where the record lies in the log, in every partition. */
    List<LogRecord> copies(String recordName) {
        return copies.getOrDefault(recordName, List.of());
    }

    /** The transaction that the record was sent in; null if it was sent in none. */
    @Nullable
    String transaction(String recordName) {
        return transactions.get(recordName);
    }

    /** Whether a marker in the log commits the record. */
    boolean isCommitted(String recordName) {
        return committed.contains(recordName);
    }

    /** Whether the record belongs to a transaction that was aborted, or that no marker ends. */
    boolean isHidden(String recordName) {
        return hidden.contains(recordName);
    }

    @Nullable
    LogRecord at(TopicPartition partition, long offset) {
        NavigableMap<Long, LogRecord> records = log.get(partition);
        return records == null ? null : records.get(offset);
    }

    /** What the log has from one offset on, before another, without what is hidden. */
    SortedMap<Long, LogRecord> between(TopicPartition partition, long from, long before) {
        NavigableMap<Long, LogRecord> records = visible.get(partition);
        return records == null || from >= before ? new TreeMap<>() : records.subMap(from, before);
    }

    /** The acknowledgements of each producer in each partition, in the order of sending. */
    Map<String, List<SendAcked>> ackedInOrderOfSending() {
        Map<String, SendAcked> byRecord = new HashMap<>();
        all(SendAcked.class).forEach(acked -> byRecord.putIfAbsent(acked.recordName(), acked));
        Map<String, List<SendAcked>> ordered = new TreeMap<>();
        for (SendInvoked send : all(SendInvoked.class)) {
            SendAcked acked = byRecord.get(send.recordName());
            if (acked != null) {
                ordered.computeIfAbsent(send.producer() + " to " + send.partition(), key -> new ArrayList<>())
                        .add(acked);
            }
        }
        return ordered;
    }
}
