package dev.ottla.benchmarks.jmh;

import dev.ottla.config.Compression;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.compression.BatchCompressor;
import dev.ottla.internal.record.compression.BatchDecompressor;
import dev.ottla.internal.record.compression.CompressionType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Locale;
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

/** Each codec alone. One operation is the records of one batch: 64 KiB before compression. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private static final int DECOMPRESSED_BYTES_MAX = 1 << 20;

    /** The codec. */
    @Param({"snappy", "lz4", "zstd", "gzip"})
    public String compression = "lz4";

    private final BatchDecompressor decompressor =
            new BatchDecompressor(DECOMPRESSED_BYTES_MAX, ByteBufAllocator.DEFAULT);
    private BatchCompressor compressor = BatchCompressor.none();
    private CompressionType type = CompressionType.NONE;
    private ByteBuf plain = Unpooled.EMPTY_BUFFER;
    private ByteBuffer memory = ByteBuffer.allocate(0);
    private ByteBuffer compressed = ByteBuffer.allocate(0);

    /** Makes a batch and its compressed form. */
    @Setup
    public void open() {
        type = CompressionType.valueOf(compression.toUpperCase(Locale.ROOT));
        compressor = BatchCompressor.of(Compression.parse(compression), ByteBufAllocator.DEFAULT);
        plain = SampleBatches.sealed("none");
        memory = ByteBuffer.allocateDirect(plain.readableBytes());
        int end = compress();
        compressed = ByteBuffer.allocateDirect(end).put(memory.slice(0, end)).flip();
    }

    /** Gives the codec's memory back. */
    @TearDown
    public void close() {
        compressor.close();
        decompressor.close();
        plain.release();
    }

    /** A copy of the records, compressed in place. */
    @Benchmark
    public int compress() {
        memory.clear();
        plain.getBytes(plain.readerIndex() + RecordBatchHeader.BYTES, memory.limit(recordsBytes()));
        return compressor.compressInPlace(memory.clear(), 0, recordsBytes());
    }

    private int recordsBytes() {
        return plain.readableBytes() - RecordBatchHeader.BYTES;
    }

    /** The records back again. */
    @Benchmark
    public int decompress() {
        return decompressor.decompress(type, compressed.rewind()).remaining();
    }
}
