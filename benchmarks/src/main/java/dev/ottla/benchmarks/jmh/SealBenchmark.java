package dev.ottla.benchmarks.jmh;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.common.Headers;
import dev.ottla.config.Compression;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The seal of a full batch of 64 KiB alone: header, codec and checksum. Each batch is filled outside of the time that is
 * measured; what is allocated for that is counted, so this one is not gated. The checksum alone is {@code
 * FetchBenchmark.checksum}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SealBenchmark {
    private static final ProducerStamp STAMP = new ProducerStamp(1, (short) 0, 0, false);
    private static final int SEGMENTS = 4;

    /** The codec of the seal. */
    @Param({"none", "snappy", "lz4", "zstd", "gzip"})
    public String codec = "none";

    private final byte[][] values = Payloads.values(SampleBatches.VALUE_BYTES);
    private final FreeListSegmentPool pool =
            new FreeListSegmentPool(SampleBatches.SEGMENT_BYTES, (long) SEGMENTS * SampleBatches.SEGMENT_BYTES);
    private BatchCompressor compressor = BatchCompressor.none();
    private RecordBatchBuilder full = filled();

    /** Opens the codec. */
    @Setup
    public void open() {
        compressor = BatchCompressor.of(Compression.parse(codec), ByteBufAllocator.DEFAULT);
        full.discard();
    }

    /** Closes the codec. */
    @TearDown
    public void close() {
        compressor.close();
    }

    /** Fills the next batch. */
    @Setup(Level.Invocation)
    public void fill() {
        full = filled();
    }

    /** The seal. */
    @Benchmark
    public int seal() {
        SealedBatch sealed = full.seal(STAMP, compressor);
        int bytes = sealed.sizeBytes();
        sealed.release();
        return bytes;
    }

    private RecordBatchBuilder filled() {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Objects.requireNonNull(pool.tryTake(SampleBatches.SEGMENT_BYTES)));
        int i = 0;
        while (builder.tryAppend(i, (byte[]) null, values[i], Headers.empty())) {
            i++;
        }
        return builder;
    }
}
