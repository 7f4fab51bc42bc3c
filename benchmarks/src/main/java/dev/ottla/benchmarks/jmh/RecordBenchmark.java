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
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Writing batches: records appended until a segment is full, then sealed with its checksum. One operation is one batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    private static final int SEGMENT_BYTES = 65_536;
    private static final int SEGMENTS = 4;
    private static final int VALUE_BYTES = 100;
    private static final int KEY_BYTES = 16;
    private static final ProducerStamp STAMP = new ProducerStamp(1, (short) 0, 0, false);

    /** The codec of the seal. */
    @Param({"none", "snappy", "lz4", "zstd", "gzip"})
    public String codec = "none";

    /** Bytes allocated on purpose for each record, to see that the gate notices; 0 in every real run. */
    @Param("0")
    public int seededBytes;

    /** Objects of 16 bytes allocated on purpose for each batch; 0 in every real run. */
    @Param("0")
    public int seededObjects;

    private final byte[][] values = Payloads.values(VALUE_BYTES);
    private final byte[][] keys = Payloads.keys(KEY_BYTES);
    private final FreeListSegmentPool pool = new FreeListSegmentPool(SEGMENT_BYTES, SEGMENTS * SEGMENT_BYTES);
    private BatchCompressor compressor = BatchCompressor.none();

    /** Opens the codec. */
    @Setup
    public void open() {
        compressor = BatchCompressor.of(Compression.parse(codec), ByteBufAllocator.DEFAULT);
    }

    /** Closes the codec. */
    @TearDown
    public void close() {
        compressor.close();
    }

    /** Values without keys. */
    @Benchmark
    public int appendAndSeal(Blackhole blackhole) {
        RecordBatchBuilder builder = fill(false, blackhole);
        return seal(builder);
    }

    /** Values with keys of 16 bytes. */
    @Benchmark
    public int appendKeyedAndSeal(Blackhole blackhole) {
        RecordBatchBuilder builder = fill(true, blackhole);
        return seal(builder);
    }

    /** Values without keys, and no seal: the append alone. */
    @Benchmark
    public int append(Blackhole blackhole) {
        RecordBatchBuilder builder = fill(false, blackhole);
        int count = builder.count();
        builder.discard();
        return count;
    }

    private RecordBatchBuilder fill(boolean keyed, Blackhole blackhole) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Objects.requireNonNull(pool.tryTake(SEGMENT_BYTES)));
        for (int seeded = 0; seeded < seededObjects; seeded++) {
            blackhole.consume(new Object());
        }
        int i = 0;
        while (builder.tryAppend(i, keyed ? keys[i] : null, values[i], Headers.empty())) {
            i++;
            if (seededBytes > 0) {
                blackhole.consume(new byte[seededBytes]);
            }
        }
        return builder;
    }

    private int seal(RecordBatchBuilder builder) {
        SealedBatch sealed = builder.seal(STAMP, compressor);
        int bytes = sealed.sizeBytes();
        sealed.release();
        return bytes;
    }
}
