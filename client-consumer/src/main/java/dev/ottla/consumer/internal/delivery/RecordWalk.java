package dev.ottla.consumer.internal.delivery;

import dev.ottla.errors.CorruptRecordException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordBatches;
import dev.ottla.internal.record.RecordCursor;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the visible records of what one partition was answered: leaves out what lies before the position, markers,
 * and, reading committed, what was aborted. Step 6 of receiving; owned by whoever has the turn to poll.
 */
@Confined
final class RecordWalk {
    private final FetchedBatches fetched;
    private final RecordBatchReader reader;
    private final RecordBatches batches;
    private final @Nullable AbortedTransactions aborted;

    private @Nullable RecordCursor records;
    private long position;
    private long lastTimestamp = -1;
    private int leaderEpoch;

    /** Starts at a position, which may lie within what was fetched: part of it may have been delivered before. */
    RecordWalk(
            FetchedBatches fetched, RecordBatchReader reader, boolean readCommitted, long position, int leaderEpoch) {
        this.fetched = fetched;
        this.reader = reader;
        this.batches = new RecordBatches(fetched.records());
        this.aborted = readCommitted ? new AbortedTransactions(fetched.abortedTransactions()) : null;
        this.position = position;
        this.leaderEpoch = leaderEpoch;
    }

    FetchedBatches fetched() {
        return fetched;
    }

    /** The offset after all that has been passed or left out so far. */
    long position() {
        return position;
    }

    /** Of the record that was delivered last, -1 if there is none. */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The offset after the batch that {@link #next} is in. */
    long endOfBatch() {
        return batches.header().nextOffset();
    }

    /** The epoch of the leader that wrote the batch last looked at. */
    int leaderEpoch() {
        return leaderEpoch;
    }

    /**
     * The next visible record, or null after the last. The cursor is always the same object.
     *
     * @throws CorruptRecordException if its batch can't be read; the position stays in front of it
     */
    @Nullable
    RecordCursor next() {
        while (true) {
            RecordCursor record = nextOfBatch();
            if (record != null) {
                return record;
            }
            if (!batches.next()) {
                return null;
            }
            enter(batches.header());
        }
    }

    /** The next visible record of the batch that {@link #next} is in; null after its last, or if it is in none. */
    @Nullable
    RecordCursor nextOfBatch() {
        RecordCursor open = records;
        if (open == null) {
            return null;
        }
        while (open.next()) {
            if (open.offset() >= position) {
                return open;
            }
        }
        records = null;
        position = Math.max(position, batches.header().nextOffset());
        return null;
    }

    private void enter(RecordBatchHeader batch) {
        boolean hidden = aborted != null && aborted.isAborted(batch);
        if (batch.isControl()) {
            readMarker(batch);
        } else if (!hidden && batch.nextOffset() > position) {
            records = reader.open(batch);
            leaderEpoch = batch.partitionLeaderEpoch();
            return;
        }
        if (batch.nextOffset() > position) {
            position = batch.nextOffset();
            leaderEpoch = batch.partitionLeaderEpoch();
        }
    }

    private void readMarker(RecordBatchHeader batch) {
        if (aborted != null && batch.count() > 0) {
            RecordCursor marker = reader.open(batch);
            if (marker.next()) {
                aborted.onMarker(batch, marker.controlRecordType());
            }
        }
    }

    /** The record that {@link #next} returned has been delivered. */
    void onDelivered(RecordCursor record) {
        position = record.offset() + 1;
        lastTimestamp = record.timestamp();
    }
}
