package dev.ottla.testkit.internal.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.ControlRecordType;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordBatches;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.LogMarker;
import dev.ottla.testkit.history.HistoryEvent.LogOpen;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.internal.cluster.ModelCluster;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.log.StoredBatch;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells the history what the model's logs hold: the truth that clients are measured by. */
@Confined
final class LogReader {
    private static final int DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024;

    private final ModelCluster model;
    private final History history;

    LogReader(ModelCluster model, History history) {
        this.model = model;
        this.history = history;
    }

    void recordAll(Iterable<String> topics) {
        List<HistoryEvent> transactions = new ArrayList<>();
        try (RecordBatchReader reader =
                new RecordBatchReader(true, DECOMPRESSED_BYTES_MAX, UnpooledByteBufAllocator.DEFAULT)) {
            for (String name : topics) {
                Topic topic = model.topic(name);
                for (Partition partition : topic.partitions()) {
                    Walk walk = new Walk(new TopicPartition(name, partition.index()), reader, transactions);
                    walk.over(partition.log());
                }
            }
        }
        transactions.forEach(history::add);
    }

    /** Goes through one log; a transaction ends at its producer's next marker. */
    private final class Walk {
        private final TopicPartition partition;
        private final RecordBatchReader reader;
        private final List<HistoryEvent> transactions;
        private final Map<Long, NavigableMap<Long, String>> openByProducerId = new TreeMap<>();

        Walk(TopicPartition partition, RecordBatchReader reader, List<HistoryEvent> transactions) {
            this.partition = partition;
            this.reader = reader;
            this.transactions = transactions;
        }

        void over(PartitionLog log) {
            for (StoredBatch batch : log.batches(log.logStartOffset(), log.logEndOffset())) {
                RecordBatches batches = new RecordBatches(batch.view());
                while (batches.next()) {
                    RecordBatchHeader header = batches.header();
                    RecordCursor records = reader.open(header);
                    if (header.isControl()) {
                        onMarker(header, records);
                    } else {
                        onRecords(header, records);
                    }
                }
            }
            openByProducerId
                    .values()
                    .forEach(open ->
                            transactions.add(new LogOpen(partition, open.firstKey(), Set.copyOf(open.values()))));
        }

        private void onMarker(RecordBatchHeader header, RecordCursor records) {
            NavigableMap<Long, String> ended = openByProducerId.remove(header.producerId());
            if (ended != null && records.next()) {
                boolean isCommit = records.controlRecordType() == ControlRecordType.COMMIT;
                transactions.add(new LogMarker(partition, header.lastOffset(), isCommit, Set.copyOf(ended.values())));
            }
        }

        private void onRecords(RecordBatchHeader header, RecordCursor records) {
            while (records.next()) {
                String value = text(records.valueBytes());
                String name = SimulatedCluster.nameOf(value);
                long checksum = SimulatedCluster.checksumOf(text(records.keyBytes()), value);
                history.add(new LogRecord(partition, records.offset(), name, checksum));
                if (header.isTransactional()) {
                    openByProducerId
                            .computeIfAbsent(header.producerId(), id -> new TreeMap<>())
                            .put(records.offset(), name);
                }
            }
        }
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
