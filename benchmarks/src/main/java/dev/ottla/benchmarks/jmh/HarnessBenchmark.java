package dev.ottla.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Allocates nothing by itself: what is counted all the same is JMH's. One operation takes about a millisecond. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HarnessBenchmark {
    private static final long TOKENS = 500_000;

    /** Only time passes. */
    @Benchmark
    public void nothing() {
        Blackhole.consumeCPU(TOKENS);
    }
}
