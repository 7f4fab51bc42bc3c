package dev.ottla.testkit.internal.log;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.record.DecodedRecord;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordCursor;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Finds records of a log by their timestamps. Called on the cluster's loop. */
@EventLoopConfined
public final class LogSearch {
    private static final Found NOTHING = new Found(-1, -1, -1);

    private LogSearch() {}

    /** A record's timestamp, offset and leader epoch; -1 for each that is unknown. */
    public record Found(long timestamp, long offset, int leaderEpoch) {}

    /** The first record with this timestamp or a later one, below the bound. */
    public static Found firstFrom(PartitionLog log, long timestamp, long boundOffset) {
        for (StoredBatch batch : log.batches(log.logStartOffset(), boundOffset)) {
            if (batch.header().maxTimestamp() >= timestamp) {
                Found found = firstFrom(log, batch, timestamp);
                if (found.offset >= 0) {
                    return found.offset < boundOffset ? found : NOTHING;
                }
            }
        }
        return NOTHING;
    }

    /** The first of the records with the largest timestamp (KIP-734), below the bound. */
    public static Found maxTimestamp(PartitionLog log, long boundOffset) {
        long max = -1;
        for (StoredBatch batch : log.batches(log.logStartOffset(), boundOffset)) {
            max = Math.max(max, batch.header().maxTimestamp());
        }
        return max < 0 ? NOTHING : firstFrom(log, max, boundOffset);
    }

    /** Copies of the records between the offsets, without those of control batches. */
    public static List<DecodedRecord> records(PartitionLog log, long fromOffset, long boundOffset) {
        List<DecodedRecord> found = new ArrayList<>();
        try (RecordBatchReader reader =
                new RecordBatchReader(true, Integer.MAX_VALUE, UnpooledByteBufAllocator.DEFAULT)) {
            for (StoredBatch batch : log.batches(fromOffset, boundOffset)) {
                if (batch.header().isControl()) {
                    continue;
                }
                RecordCursor records = reader.open(batch.header());
                while (records.next()) {
                    if (records.offset() >= fromOffset) {
                        found.add(records.toRecord());
                    }
                }
            }
        }
        return found;
    }

    private static Found firstFrom(PartitionLog log, StoredBatch batch, long timestamp) {
        try (RecordBatchReader reader =
                new RecordBatchReader(false, Integer.MAX_VALUE, UnpooledByteBufAllocator.DEFAULT)) {
            RecordCursor records = reader.open(batch.header());
            while (records.next()) {
                if (records.timestamp() >= timestamp && records.offset() >= log.logStartOffset()) {
                    return new Found(
                            records.timestamp(),
                            records.offset(),
                            batch.header().partitionLeaderEpoch());
                }
            }
        }
        return NOTHING;
    }
}
