package dev.ottla.benchmarks.nullbroker;

import java.util.concurrent.TimeUnit;

/** How many records of a paced topic can be seen by now. Thread-safe. */
final class Pace {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private record Growth(long startNanos, long from, long to, double nanosPerRecord) {}

    private volatile Growth growth = new Growth(0, 0, 0, 1);

    /** Lets so many more appear from now on, so many per second. Those promised before are all there at once. */
    void grow(long records, int perSecond) {
        long from = growth.to();
        growth = new Growth(System.nanoTime(), from, from + records, NANOS_PER_SECOND / perSecond);
    }

    /** How many there are in all partitions. */
    long visible() {
        Growth current = growth;
        long elapsed = System.nanoTime() - current.startNanos();
        return Math.min(current.to(), current.from() + (long) (elapsed / current.nanosPerRecord()));
    }

    /** How many of them one of the partitions has. */
    long visible(int partition, int partitions) {
        return Math.max(0, (visible() - partition + partitions - 1) / partitions);
    }
}
