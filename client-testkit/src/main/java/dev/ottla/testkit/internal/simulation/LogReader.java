package dev.ottla.testkit.internal.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordBatches;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.internal.cluster.ModelCluster;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.log.StoredBatch;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
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
        try (RecordBatchReader reader =
                new RecordBatchReader(true, DECOMPRESSED_BYTES_MAX, UnpooledByteBufAllocator.DEFAULT)) {
            for (String name : topics) {
                Topic topic = model.topic(name);
                for (Partition partition : topic.partitions()) {
                    record(new TopicPartition(name, partition.index()), partition.log(), reader);
                }
            }
        }
    }

    private void record(TopicPartition partition, PartitionLog log, RecordBatchReader reader) {
        for (StoredBatch batch : log.batches(log.logStartOffset(), log.logEndOffset())) {
            RecordBatches batches = new RecordBatches(batch.view());
            while (batches.next()) {
                RecordCursor records = reader.open(batches.header());
                while (!batches.header().isControl() && records.next()) {
                    String value = text(records.valueBytes());
                    history.add(new LogRecord(
                            partition,
                            records.offset(),
                            SimulatedCluster.nameOf(value),
                            SimulatedCluster.checksumOf(text(records.keyBytes()), value)));
                }
            }
        }
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
