package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Whether open batches have to go at once: somebody flushes or closes, or waits for room in the buffer. Any thread. */
@ThreadSafe
final class Urgency {
    private final AtomicInteger flushes = new AtomicInteger();
    private final BooleanSupplier isMemoryShort;

    Urgency(BooleanSupplier isMemoryShort) {
        this.isMemoryShort = isMemoryShort;
    }

    boolean isUrgent() {
        return flushes.get() > 0 || isMemoryShort.getAsBoolean();
    }

    void onFlushBegins() {
        flushes.incrementAndGet();
    }

    void onFlushEnds() {
        flushes.decrementAndGet();
    }

    /** The same for one broker, whose share of the memory may be used up. */
    record OfBroker(Urgency ofAll, MemoryShare memory) {
        boolean isUrgent() {
            return ofAll.isUrgent() || memory.isWaitedFor();
        }
    }
}
