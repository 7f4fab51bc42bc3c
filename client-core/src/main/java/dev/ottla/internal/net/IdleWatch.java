package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that one connection has carried nothing for {@code connections.max.idle.ms}. Owned by the connection's loop; one
 * timer, which is set again only when it fires.
 */
@EventLoopConfined
final class IdleWatch {
    private final EventLoop loop;
    private final long idleNanosMax;
    private final IntSupplier busyCount;
    private final Runnable onIdle;
    private long lastActivityNanos;
    private EventLoop.@Nullable Timer timer;

    /** {@code busyCount} tells how many requests are under way; while there is any, the connection is not idle. */
    IdleWatch(EventLoop loop, Duration idleMax, IntSupplier busyCount, Runnable onIdle) {
        this.loop = loop;
        this.idleNanosMax = idleMax.toNanos();
        this.busyCount = busyCount;
        this.onIdle = onIdle;
        this.lastActivityNanos = loop.nanoTime();
    }

    void start() {
        timer = loop.schedule(this::check, idleNanosMax);
    }

    void onActivity(long nowNanos) {
        lastActivityNanos = nowNanos;
    }

    private void check() {
        if (busyCount.getAsInt() > 0) {
            lastActivityNanos = loop.nanoTime();
        }
        long idleNanos = loop.nanoTime() - lastActivityNanos;
        if (idleNanos >= idleNanosMax) {
            onIdle.run();
        } else {
            timer = loop.schedule(this::check, idleNanosMax - idleNanos);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
