package dev.ottla.internal.cluster;

import dev.ottla.internal.concurrent.Confined;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubled with each failure up to a maximum, spread by 20 % either way so that
 * clients which failed together do not come back together (KIP-144, KIP-580). One owner per instance.
 */
@Confined
public final class ExponentialBackoff {
    private static final double JITTER = 0.2;

    /** Beyond this many doublings every initial delay has reached every sensible maximum. */
    private static final int DOUBLINGS_MAX = 30;

    private final long initialNanos;
    private final long maxNanos;
    private final RandomGenerator random;

    /** Waits from {@code initial} to {@code max}, drawing the jitter from {@code random}. */
    public ExponentialBackoff(Duration initial, Duration max, RandomGenerator random) {
        this.initialNanos = TimeUnit.NANOSECONDS.convert(initial);
        this.maxNanos = Math.max(initialNanos, TimeUnit.NANOSECONDS.convert(max));
        this.random = random;
    }

    /** The wait after this many failures in a row, at least one; in nanoseconds. */
    public long delayNanos(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, DOUBLINGS_MAX);
        double delay = Math.min((double) initialNanos * (1L << doublings), (double) maxNanos);
        return (long) (delay * (1 + JITTER * (2 * random.nextDouble() - 1)));
    }
}
