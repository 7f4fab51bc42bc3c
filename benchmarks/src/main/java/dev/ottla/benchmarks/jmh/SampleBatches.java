package dev.ottla.benchmarks.jmh;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.common.Headers;
import dev.ottla.config.Compression;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;

/** Batches for the benchmarks: 64 KiB before compression, of records with values of 100 bytes and no keys. Immutable. */
final class SampleBatches {
    static final int SEGMENT_BYTES = 65_536;
    static final int VALUE_BYTES = 100;

    private SampleBatches() {}

    /** A sealed batch in memory of its own; the caller owns it. */
    static ByteBuf sealed(String codec) {
        byte[][] values = Payloads.values(VALUE_BYTES);
        FreeListSegmentPool pool = new FreeListSegmentPool(SEGMENT_BYTES, SEGMENT_BYTES);
        RecordBatchBuilder builder = new RecordBatchBuilder(Objects.requireNonNull(pool.tryTake(SEGMENT_BYTES)));
        int i = 0;
        while (builder.tryAppend(i, (byte[]) null, values[i], Headers.empty())) {
            i++;
        }
        try (BatchCompressor compressor = BatchCompressor.of(Compression.parse(codec), ByteBufAllocator.DEFAULT)) {
            SealedBatch sealed = builder.seal(ProducerStamp.NONE, compressor);
            return sealed.retainedBuffer();
        }
    }
}
