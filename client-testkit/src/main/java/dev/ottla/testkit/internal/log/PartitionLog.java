package dev.ottla.testkit.internal.log;

import dev.ottla.common.Headers;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.record.ControlRecordType;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.Segment;
import dev.ottla.testkit.internal.log.LeaderEpochs.EpochEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The log of one partition as its leader has it: batches, high watermark, last stable offset, leader epochs, producers,
 * aborted transactions. Its replicas are not modelled one by one: what is below the high watermark is on all of the in-sync
 * ones, what is above it on the leader alone. Owned by the cluster's loop.
 */
@EventLoopConfined
public final class PartitionLog {
    /** The value of a transaction marker: version 0 and the coordinator's epoch. */
    private static final int MARKER_VALUE_BYTES = Short.BYTES + Integer.BYTES;

    private static final int MARKER_BATCH_BYTES = 128;

    /** Before the key of a marker: length, attributes, timestamp delta, offset delta, key length, each one byte long. */
    private static final int MARKER_KEY_INDEX = RecordBatchHeader.BYTES + 5;

    private final List<StoredBatch> batches = new ArrayList<>();
    private final LeaderEpochs epochs = new LeaderEpochs();
    private final ProducerStates producers = new ProducerStates();
    private final List<AbortedTransaction> aborted = new ArrayList<>();

    /** Ended transactions whose marker is above the high watermark: they hold the last stable offset down until it is not. */
    private final List<EndedTransaction> unreplicated = new ArrayList<>();

    private long logStartOffset;
    private long logEndOffset;
    private long highWatermark;

    /** An entry of the index of aborted transactions. */
    public record AbortedTransaction(long producerId, long firstOffset, long lastOffset) {}

    private record EndedTransaction(long firstOffset, long markerOffset) {}

    /** Appends what a produce request holds for this partition, unless the broker's rules refuse it. */
    public Append append(
            @Nullable ByteBuf records, short produceVersion, int leaderEpoch, LogOptions options, long nowMillis) {
        Append.Refused refused = BatchRules.check(records, produceVersion, options, nowMillis);
        if (refused != null) {
            return refused;
        }
        byte[] bytes = ByteBufUtil.getBytes(Objects.requireNonNull(records));
        StoredBatch batch = new StoredBatch(bytes);
        RecordBatchHeader header = batch.header();
        Append answered = producers.check(header);
        if (answered != null) {
            return answered;
        }
        if (options.usesLogAppendTime()) {
            header.logAppendTime(nowMillis).sealCrc();
        }
        long logAppendTime = options.usesLogAppendTime() ? nowMillis : -1;
        StoredBatch stored = store(header, bytes, leaderEpoch);
        return new Append.Appended(stored.baseOffset(), stored.nextOffset(), logAppendTime);
    }

    /** Ends a producer's transaction in this partition with a control batch (KIP-98); returns its offset. */
    public long appendMarker(long producerId, short producerEpoch, boolean committed, int leaderEpoch, long nowMillis) {
        long firstOffset = producers.transactionFirstOffset(producerId);
        byte[] bytes = marker(producerId, producerEpoch, committed, nowMillis);
        StoredBatch stored = store(new StoredBatch(bytes).header(), bytes, leaderEpoch);
        onMarker(stored, firstOffset, committed);
        return stored.baseOffset();
    }

    /** Whether the producer's marker is at the offset, and not lost with a leader that alone had it. */
    public boolean hasMarker(long producerId, short producerEpoch, long offset) {
        return batches(offset, offset + 1).stream()
                .map(StoredBatch::header)
                .anyMatch(header -> header.isControl()
                        && header.producerId() == producerId
                        && header.producerEpoch() == producerEpoch);
    }

    private StoredBatch store(RecordBatchHeader header, byte[] bytes, int leaderEpoch) {
        header.baseOffset(logEndOffset).partitionLeaderEpoch(leaderEpoch);
        StoredBatch batch = new StoredBatch(bytes);
        batches.add(batch);
        epochs.assign(leaderEpoch, batch.baseOffset());
        producers.onAppended(batch.header(), header.maxTimestamp());
        logEndOffset = batch.nextOffset();
        return batch;
    }

    private void onMarker(StoredBatch marker, long firstOffset, boolean committed) {
        if (firstOffset < 0) {
            return;
        }
        if (!committed) {
            aborted.add(new AbortedTransaction(marker.header().producerId(), firstOffset, marker.lastOffset()));
        }
        unreplicated.add(new EndedTransaction(firstOffset, marker.lastOffset()));
    }

    private static byte[] marker(long producerId, short producerEpoch, boolean committed, long nowMillis) {
        Segment segment = Objects.requireNonNull(
                new FreeListSegmentPool(MARKER_BATCH_BYTES, MARKER_BATCH_BYTES).tryTake(MARKER_BATCH_BYTES));
        RecordBatchBuilder builder = new RecordBatchBuilder(segment);
        byte[] key = (committed ? ControlRecordType.COMMIT : ControlRecordType.ABORT).toKey();
        byte[] value = ByteBuffer.allocate(MARKER_VALUE_BYTES).array();
        if (!builder.tryAppend(nowMillis, key, value, Headers.empty())) {
            throw new IllegalStateException("a marker does not fit " + MARKER_BATCH_BYTES + " bytes");
        }
        SealedBatch sealed = builder.sealControl(new ProducerStamp(producerId, producerEpoch, -1, true));
        ByteBuf buffer = sealed.retainedBuffer();
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
            sealed.release();
        }
    }

    /** All in-sync replicas have everything. */
    public void replicateAll() {
        replicate(logEndOffset);
    }

    /** The in-sync replicas have everything below the offset; the high watermark never goes back. */
    public void replicate(long offset) {
        highWatermark = Math.max(highWatermark, Math.min(offset, logEndOffset));
        unreplicated.removeIf(each -> each.markerOffset < highWatermark);
    }

    /** Drops everything from the offset on, as a new leader that never had it. */
    public void truncateTo(long offset) {
        batches.removeIf(batch -> batch.lastOffset() >= offset);
        logEndOffset = Math.min(logEndOffset, offset);
        highWatermark = Math.min(highWatermark, logEndOffset);
        epochs.truncateFrom(offset);
        rebuildProducers();
    }

    private void rebuildProducers() {
        producers.clear();
        aborted.clear();
        unreplicated.clear();
        for (StoredBatch batch : batches) {
            RecordBatchHeader header = batch.header();
            long firstOffset = producers.transactionFirstOffset(header.producerId());
            producers.onAppended(header, header.maxTimestamp());
            if (header.isControl()) {
                onMarker(batch, firstOffset, isCommit(batch));
            }
        }
        replicate(highWatermark);
    }

    /** The type is the second int16 of the key. */
    private static boolean isCommit(StoredBatch marker) {
        return marker.view().getShort(MARKER_KEY_INDEX + Short.BYTES) == 1;
    }

    /** DeleteRecords: the log begins at the offset now; a batch that holds it stays whole. */
    public void deleteBefore(long offset) {
        logStartOffset = Math.max(logStartOffset, offset);
        batches.removeIf(batch -> batch.lastOffset() < logStartOffset);
        aborted.removeIf(each -> each.lastOffset() < logStartOffset);
        epochs.truncateBefore(logStartOffset);
    }

    /** The batches from the one that holds the offset on, as long as they begin below the bound. */
    public List<StoredBatch> batches(long fromOffset, long boundOffset) {
        List<StoredBatch> found = new ArrayList<>();
        int at = indexOf(fromOffset);
        for (Iterator<StoredBatch> each = batches.listIterator(at); each.hasNext(); ) {
            StoredBatch batch = each.next();
            if (batch.baseOffset() >= boundOffset) {
                break;
            }
            found.add(batch);
        }
        return found;
    }

    private int indexOf(long offset) {
        int low = 0;
        int high = batches.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (batches.get(middle).lastOffset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The aborted transactions that have records between the offsets. */
    public List<AbortedTransaction> aborted(long fromOffset, long boundOffset) {
        return aborted.stream()
                .filter(each -> each.lastOffset() >= fromOffset && each.firstOffset() < boundOffset)
                .toList();
    }

    /** Where the log begins. */
    public long logStartOffset() {
        return logStartOffset;
    }

    /** The offset that the next record gets. */
    public long logEndOffset() {
        return logEndOffset;
    }

    /** Consumers read below it. */
    public long highWatermark() {
        return highWatermark;
    }

    /** Consumers with read_committed read below it. */
    public long lastStableOffset() {
        long stable = producers.firstOpenOffset(highWatermark);
        for (EndedTransaction each : unreplicated) {
            stable = Math.min(stable, each.firstOffset);
        }
        return Math.min(stable, highWatermark);
    }

    /** The newest leader epoch that has written something; -1 for an empty log. */
    public int latestEpoch() {
        return epochs.latest();
    }

    /** The leader epoch that the offset was written in; -1 if unknown. */
    public int epochAt(long offset) {
        return epochs.epochAt(offset);
    }

    /** The leader epoch of the answer to OffsetForLeaderEpoch; -1 if it is not known. */
    public int endingEpoch(int leaderEpoch) {
        return end(leaderEpoch).leaderEpoch();
    }

    /** The end offset of the answer to OffsetForLeaderEpoch; -1 if it is not known. */
    public long endOffsetOf(int leaderEpoch) {
        return end(leaderEpoch).endOffset();
    }

    private EpochEnd end(int leaderEpoch) {
        return epochs.endOf(leaderEpoch, logEndOffset);
    }

    /** A new leader has begun its epoch; on real brokers it writes nothing, but the epoch counts from here. */
    public void beginEpoch(int leaderEpoch) {
        epochs.assign(leaderEpoch, logEndOffset);
    }

    /** Whether this instance of the producer has an open transaction here. */
    public boolean hasOpenTransaction(long producerId, short producerEpoch) {
        return producers.hasOpenTransaction(producerId, producerEpoch);
    }

    /** Forgets the producer, as {@code producer.id.expiration.ms} makes brokers do. */
    public void expireProducer(long producerId) {
        producers.forget(producerId);
    }

    /** The same for all producers. */
    public void expireProducers() {
        producers.forgetAll();
    }
}
