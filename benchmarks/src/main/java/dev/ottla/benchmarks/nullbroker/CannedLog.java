package dev.ottla.benchmarks.nullbroker;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.common.Headers;
import dev.ottla.config.Compression;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The log that every partition of a topic shows: one batch again and again, with the offsets of its place. Immutable. */
final class CannedLog {
    /** When the records say they were made; the first moment of 2026. */
    private static final long TIMESTAMP = 1_767_225_600_000L;

    private final TopicShape shape;
    private final @Nullable Pace pace;
    private final ByteBuf batch;

    /** A log of which all is there at once, or, with a pace, what that lets appear. */
    CannedLog(TopicShape shape, @Nullable Pace pace) {
        this.shape = shape;
        this.pace = pace;
        this.batch = shape.batchesPerPartition() == 0 ? Unpooled.EMPTY_BUFFER : makeBatch(shape);
    }

    private static ByteBuf makeBatch(TopicShape shape) {
        byte @Nullable [] key = shape.keyBytes() == 0 ? null : Payloads.keys(shape.keyBytes())[0];
        byte[][] values = Payloads.values(shape.valueBytes());
        long bytesMax = RecordBatchBuilder.batchBytesMax(shape.keyBytes(), shape.valueBytes(), Headers.empty())
                * shape.recordsPerBatch();
        int segmentBytes = Math.toIntExact(bytesMax);
        FreeListSegmentPool pool = new FreeListSegmentPool(segmentBytes, bytesMax);
        RecordBatchBuilder builder = new RecordBatchBuilder(Objects.requireNonNull(pool.tryTake(segmentBytes)));
        for (int i = 0; i < shape.recordsPerBatch(); i++) {
            if (!builder.tryAppend(TIMESTAMP, key, values[i % values.length], Headers.empty())) {
                throw new IllegalStateException("the records of " + shape + " do not fit into " + segmentBytes);
            }
        }
        try (BatchCompressor compressor =
                BatchCompressor.of(Compression.parse(shape.codec()), ByteBufAllocator.DEFAULT)) {
            SealedBatch sealed = builder.seal(ProducerStamp.NONE, compressor);
            ByteBuf bytes = sealed.retainedBuffer();
            ByteBuf copy = Unpooled.directBuffer(bytes.readableBytes());
            copy.writeBytes(bytes);
            bytes.release();
            sealed.release();
            return copy;
        }
    }

    TopicShape shape() {
        return shape;
    }

    /** Null if all is there at once. */
    @Nullable
    Pace pace() {
        return pace;
    }

    /** The offset after the last record that a partition has now. */
    long endOffset(int partition) {
        return pace == null ? shape.endOffset() : pace.visible(partition, shape.partitions());
    }

    /**
     * Whole batches from the one that holds the offset on, as far as they fit, but at least one; nothing at the end of the log.
     * Only the offsets of the batches are new, the rest is shared. The caller owns the result.
     */
    ByteBuf read(int partition, long offset, int bytesMax, ByteBufAllocator allocator) {
        long end = endOffset(partition);
        if (offset < 0 || offset >= end) {
            return Unpooled.EMPTY_BUFFER;
        }
        long first = offset / shape.recordsPerBatch();
        int batchBytes = batch.readableBytes();
        int count = (int) Math.min(Math.max(1, bytesMax / batchBytes), end / shape.recordsPerBatch() - first);
        ByteBuf offsets = allocator.directBuffer(count * Long.BYTES);
        CompositeByteBuf out = allocator.compositeDirectBuffer(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            offsets.writeLong((first + i) * shape.recordsPerBatch());
            out.addComponent(true, offsets.readRetainedSlice(Long.BYTES));
            out.addComponent(true, batch.retainedSlice(Long.BYTES, batchBytes - Long.BYTES));
        }
        offsets.release();
        return out;
    }
}
