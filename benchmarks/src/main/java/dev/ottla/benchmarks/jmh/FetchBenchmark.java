package dev.ottla.benchmarks.jmh;

import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordBatches;
import dev.ottla.internal.record.RecordCursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
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

/** Reading batches of 64 KiB before compression. One operation is one batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FetchBenchmark {
    private static final int DECOMPRESSED_BYTES_MAX = 1 << 20;

    /** The codec that the batch is compressed with. */
    @Param({"none", "snappy", "lz4", "zstd", "gzip"})
    public String codec = "none";

    private ByteBuf batch = Unpooled.EMPTY_BUFFER;
    private final RecordBatchReader reader =
            new RecordBatchReader(true, DECOMPRESSED_BYTES_MAX, ByteBufAllocator.DEFAULT);

    /** Makes the batch. */
    @Setup
    public void open() {
        batch = SampleBatches.sealed(codec);
    }

    /** Gives the codec's memory back. */
    @TearDown
    public void close() {
        reader.close();
        batch.release();
    }

    /** Headers alone, as the fetcher looks at them. */
    @Benchmark
    public int walkBatches() {
        RecordBatches batches = new RecordBatches(batch);
        int count = 0;
        while (batches.next()) {
            count += batches.header().count();
        }
        return count;
    }

    /** The checksum alone. */
    @Benchmark
    public int checksum() {
        RecordBatches batches = new RecordBatches(batch);
        return batches.next() ? batches.header().computeCrc() : 0;
    }

    /** Checksum and cursor. */
    @Benchmark
    public long cursor() {
        RecordCursor cursor = openCursor();
        long sum = 0;
        while (cursor.next()) {
            sum += cursor.offset() + cursor.valueLength();
        }
        return sum;
    }

    /** Checksum, cursor and a copy of each value. */
    @Benchmark
    public void valueBytes(Blackhole blackhole) {
        RecordCursor cursor = openCursor();
        while (cursor.next()) {
            blackhole.consume(cursor.valueBytes());
        }
    }

    /** Checksum, cursor and a String of each value. */
    @Benchmark
    public void strings(Blackhole blackhole) {
        RecordCursor cursor = openCursor();
        while (cursor.next()) {
            byte[] value = Objects.requireNonNull(cursor.valueBytes());
            blackhole.consume(new String(value, StandardCharsets.UTF_8));
        }
    }

    /** Checksum, cursor and each record as an object. */
    @Benchmark
    public void records(Blackhole blackhole) {
        RecordCursor cursor = openCursor();
        while (cursor.next()) {
            blackhole.consume(cursor.toRecord());
        }
    }

    private RecordCursor openCursor() {
        RecordBatches batches = new RecordBatches(batch);
        if (!batches.next()) {
            throw new IllegalStateException("the batch is gone");
        }
        return reader.open(batches.header());
    }
}
