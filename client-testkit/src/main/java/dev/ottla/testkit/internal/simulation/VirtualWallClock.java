package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.concurrent.WallClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The wall clock of a run: goes with the virtual clock, but for jumps, since no deadline may depend on it. */
@ThreadSafe
final class VirtualWallClock implements WallClock {
    /** 2026-01-01T00:00Z. */
    private static final long ORIGIN_MILLIS = 1_767_225_600_000L;

    private final LongSupplier elapsedNanos;
    private final AtomicLong skewMillis = new AtomicLong();

    VirtualWallClock(LongSupplier elapsedNanos) {
        this.elapsedNanos = elapsedNanos;
    }

    @Override
    public long currentTimeMillis() {
        return ORIGIN_MILLIS + TimeUnit.NANOSECONDS.toMillis(elapsedNanos.getAsLong()) + skewMillis.get();
    }

    void jump(Duration by) {
        skewMillis.addAndGet(by.toMillis());
    }
}
