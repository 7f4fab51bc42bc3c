package dev.ottla.benchmarks.peer;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every 20 ms how much heap was in use after the last collection, how much is in use, and how much memory direct buffers
 * have: by the JDK's count, and by Netty's own, for on newer JDKs Netty takes memory that the JDK does not count. Keeps the peaks. Started only where memory is the question.
 */
final class MemorySampler {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<MemoryPoolMXBean> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    private final List<BufferPoolMXBean> directPools =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .toList();
    private volatile long heap;
    private volatile long live;
    private volatile long direct;
    private volatile long nettyDirect;

    MemorySampler() {
        Thread thread = new Thread(this::run, "memory-sampler");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (true) {
            heap = Math.max(
                    heap,
                    heapPools.stream().mapToLong(pool -> used(pool.getUsage())).sum());
            live = Math.max(
                    live,
                    heapPools.stream()
                            .mapToLong(pool -> used(pool.getCollectionUsage()))
                            .sum());
            direct = Math.max(
                    direct,
                    directPools.stream()
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum());
            nettyDirect = Math.max(nettyDirect, PlatformDependent.usedDirectMemory());
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private static long used(MemoryUsage usage) {
        return usage == null ? 0 : usage.getUsed();
    }

    /** Lets the peaks begin again. */
    void forgetPeaks() {
        heap = 0;
        live = 0;
        direct = 0;
        nettyDirect = 0;
    }

    /** The peaks so far as {@code name=value} pairs, in bytes. */
    String fields() {
        return " heapPeak=" + heap + " heapLive=" + live + " directPeak=" + direct + " nettyPeak=" + nettyDirect;
    }
}
