package dev.ottla.it.scenario;

import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector, which also keeps what it reports. Made by Netty itself, as {@code io.netty.customResourceLeakDetector}
 * in this module's pom.xml says.
 *
 * @param <T> what may leak
 */
public final class CountingLeakDetector<T> extends ResourceLeakDetector<T> {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    /** As Netty calls it. */
    public CountingLeakDetector(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** As older releases of Netty call it; without it the newer one is not found. */
    public CountingLeakDetector(Class<?> resourceType, int samplingInterval, long ignoredMaxActive) {
        this(resourceType, samplingInterval);
    }

    /** What was reported since this was last asked for. */
    static List<String> takeLeaks() {
        List<String> taken = new ArrayList<>();
        for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
            taken.add(leak);
        }
        return taken;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        LEAKS.add(resourceType + records);
        super.reportTracedLeak(resourceType, records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        LEAKS.add(resourceType);
        super.reportUntracedLeak(resourceType);
    }
}
