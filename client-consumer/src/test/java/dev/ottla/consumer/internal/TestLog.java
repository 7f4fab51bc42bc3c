package dev.ottla.consumer.internal;

import dev.ottla.common.Headers;
import dev.ottla.internal.record.ControlRecordType;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The log of one partition, made batch by batch. The value of each record is its offset in decimal. */
final class TestLog {
    private static final int LENGTH_INDEX = 8;
    private static final int LENGTH_END = 12;
    private static final int LAST_OFFSET_DELTA_INDEX = 23;
    private static final int COUNT_INDEX = 57;
    private static final int LEADER_EPOCH = 5;

    private final List<ByteBuf> batches = new ArrayList<>();
    private long nextOffset;

    long nextOffset() {
        return nextOffset;
    }

    /** Records that belong to no transaction. */
    TestLog append(int count) {
        return add(build(new ProducerStamp(-1, (short) -1, -1, false), count), count);
    }

    /** Records of a transaction of this producer. */
    TestLog appendTransactional(long producerId, int count) {
        return add(build(new ProducerStamp(producerId, (short) 0, 0, true), count), count);
    }

    /** The marker that ends a transaction of this producer. */
    TestLog appendMarker(long producerId, ControlRecordType type) {
        FreeListSegmentPool pool = new FreeListSegmentPool(1 << 16, 1 << 20);
        RecordBatchBuilder builder = new RecordBatchBuilder(pool.tryTake(1 << 12));
        builder.tryAppend(1, type.toKey(), new byte[6], Headers.empty());
        return add(builder.sealControl(new ProducerStamp(producerId, (short) 0, -1, true)), 1);
    }

    /** A batch that lost its last records to compaction: its offsets go on to where they went before. */
    TestLog appendCompacted(int count, int removed) {
        append(count);
        ByteBuf batch = batches.get(batches.size() - 1);
        batch.setInt(LAST_OFFSET_DELTA_INDEX, count + removed - 1);
        header(batch).sealCrc();
        nextOffset += removed;
        return this;
    }

    /** A batch that lost all records to compaction. */
    TestLog appendEmptied(int removed) {
        append(1);
        ByteBuf batch = batches.get(batches.size() - 1);
        batch.writerIndex(RecordBatchHeader.BYTES);
        batch.setInt(LENGTH_INDEX, RecordBatchHeader.BYTES - LENGTH_END);
        batch.setInt(COUNT_INDEX, 0);
        batch.setInt(LAST_OFFSET_DELTA_INDEX, removed - 1);
        header(batch).sealCrc();
        nextOffset += removed - 1;
        return this;
    }

    /** Flips a bit of the last batch's records. */
    TestLog damageLast() {
        ByteBuf batch = batches.get(batches.size() - 1);
        int last = batch.writerIndex() - 1;
        batch.setByte(last, batch.getByte(last) ^ 1);
        return this;
    }

    /** All from the batch on that holds this offset, as a broker answers. */
    ByteBuf from(long offset) {
        List<ByteBuf> rest = new ArrayList<>();
        for (ByteBuf batch : batches) {
            if (header(batch).nextOffset() > offset) {
                rest.add(batch.duplicate());
            }
        }
        return Unpooled.copiedBuffer(rest.toArray(ByteBuf[]::new));
    }

    private SealedBatch build(ProducerStamp stamp, int count) {
        FreeListSegmentPool pool = new FreeListSegmentPool(1 << 16, 1 << 20);
        RecordBatchBuilder builder = new RecordBatchBuilder(pool.tryTake(1 << 16));
        for (int i = 0; i < count; i++) {
            byte[] value = Long.toString(nextOffset + i).getBytes(StandardCharsets.US_ASCII);
            if (!builder.tryAppend(1, null, value, Headers.empty())) {
                throw new AssertionError("no room");
            }
        }
        return builder.seal(stamp, BatchCompressor.none());
    }

    private TestLog add(SealedBatch sealed, int count) {
        ByteBuf buffer = sealed.retainedBuffer();
        ByteBuf batch = Unpooled.copiedBuffer(buffer);
        buffer.release();
        sealed.release();
        header(batch).baseOffset(nextOffset).partitionLeaderEpoch(LEADER_EPOCH);
        batches.add(batch);
        nextOffset += count;
        return this;
    }

    private static RecordBatchHeader header(ByteBuf batch) {
        return new RecordBatchHeader().wrap(batch, 0);
    }
}
