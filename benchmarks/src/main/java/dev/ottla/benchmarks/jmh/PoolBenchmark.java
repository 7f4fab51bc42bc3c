package dev.ottla.benchmarks.jmh;

import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.Segment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Taking a segment and giving it back; run with {@code -t 2} to {@code -t 16} for contention. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PoolBenchmark {
    private static final int SEGMENT_BYTES = 65_536;
    private static final int SEGMENTS = 64;

    private final FreeListSegmentPool pool = new FreeListSegmentPool(SEGMENT_BYTES, (long) SEGMENTS * SEGMENT_BYTES);

    /** One segment. */
    @Benchmark
    public int takeAndGiveBack() {
        Segment segment = Objects.requireNonNull(pool.tryTake(SEGMENT_BYTES));
        int bytes = segment.capacity();
        segment.release();
        return bytes;
    }
}
