package dev.ottla.benchmarks.jmh;

import dev.ottla.consumer.internal.work.OpenOffsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Acknowledging one record of a partition while so many are open, in an order that has nothing to do with their offsets, and
 * asking what may be committed after it; then another record comes in. What it costs must not depend on how many are open.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OpenOffsetsBenchmark {
    private static final int SEED = 7;

    /** Records from the first that is not acknowledged on: the window in which the order is mixed. */
    @Param({"1000", "10000", "100000"})
    public int open = 1000;

    private final OpenOffsets offsets = new OpenOffsets();

    /** The places of a window in the order in which they are acknowledged; those of the next one are {@link #open} higher. */
    private int[] order = {};

    private int acknowledged;
    private long window;
    private long nextOffset;

    /** Opens the records of a window. */
    @Setup
    public void fill() {
        order = new Random(SEED).ints(0, open).distinct().limit(open).toArray();
        for (int i = 0; i < open; i++) {
            offsets.add(nextOffset++);
        }
    }

    /** One record acknowledged, and one more handed out. */
    @Benchmark
    public long acknowledge() {
        offsets.finish(window + order[acknowledged]);
        offsets.add(nextOffset++);
        if (++acknowledged == order.length) {
            acknowledged = 0;
            window += order.length;
        }
        return offsets.next();
    }
}
