package dev.ottla.architecture.violations.internal;

import dev.ottla.architecture.violations.api.NettyLeak;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Breaks: a banned name, no thread annotation, the machine's clock and threads, and one half of a cycle. */
public final class ClockHelper {
    private ClockHelper() {}

    public static boolean isDue(NettyLeak leak, long deadlineNanos) {
        return leak.deadlineNanos() - System.nanoTime() < deadlineNanos;
    }

    public static ExecutorService threads() {
        return Executors.newCachedThreadPool();
    }
}
