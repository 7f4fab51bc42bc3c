package dev.ottla.samples.demo;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps book of every record: where the broker said that it is, how often it was read and whether it was read there, and
 * whether the records of each key came in the order in which they were sent. Thread-safe.
 */
final class Ledger {
    private static final int KEYS_PER_PRODUCER = 500;
    private static final long NOWHERE = -1;

    private final int recordCount;

    /** Records with lower numbers come from the sync producer, the others from the async one. */
    private final int syncCount;

    /** By record number: the partition in the upper, the offset in the lower bits; as acknowledged. */
    private final AtomicLongArray places;

    private final AtomicIntegerArray timesRead;
    private final AtomicLongArray placesRead;

    /** By key: the record that was read last. */
    private final ConcurrentHashMap<String, Integer> lastOfKey = new ConcurrentHashMap<>();

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong receivedOnce = new AtomicLong();
    private final AtomicLong outOfOrder = new AtomicLong();
    private final AtomicLong mixedUp = new AtomicLong();

    Ledger(int recordCount, int syncCount) {
        this.recordCount = recordCount;
        this.syncCount = syncCount;
        this.places = new AtomicLongArray(recordCount);
        this.placesRead = new AtomicLongArray(recordCount);
        this.timesRead = new AtomicIntegerArray(recordCount);
        for (int i = 0; i < recordCount; i++) {
            places.set(i, NOWHERE);
        }
    }

    int recordCount() {
        return recordCount;
    }

    int syncCount() {
        return syncCount;
    }

    /** The key of a record; each producer has its own keys, because order is promised for one producer only. */
    String key(int number) {
        return (number < syncCount ? "sync-" : "async-") + number % KEYS_PER_PRODUCER;
    }

    void onSent(int number, int partition, long offset) {
        places.set(number, place(partition, offset));
        sent.incrementAndGet();
    }

    void onFailed() {
        failed.incrementAndGet();
    }

    void onReceived(int number, String key, int partition, long offset) {
        if (!key.equals(key(number))) {
            mixedUp.incrementAndGet();
        }
        placesRead.set(number, place(partition, offset));
        if (timesRead.getAndIncrement(number) == 0) {
            receivedOnce.incrementAndGet();
        }
        received.incrementAndGet();
        lastOfKey.compute(key, (same, last) -> {
            if (last != null && last >= number) {
                outOfOrder.incrementAndGet();
            }
            return number;
        });
    }

    private static long place(int partition, long offset) {
        return (long) partition << 40 | offset;
    }

    long sent() {
        return sent.get();
    }

    long failed() {
        return failed.get();
    }

    long received() {
        return received.get();
    }

    boolean isComplete() {
        return receivedOnce.get() >= recordCount - failed.get() && sent.get() + failed.get() == recordCount;
    }

    /** Compares what was acknowledged with what was read. */
    Verdict verdict() {
        long lost = 0;
        long duplicated = 0;
        long misplaced = 0;
        for (int number = 0; number < recordCount; number++) {
            int times = timesRead.get(number);
            lost += times == 0 ? 1 : 0;
            duplicated += Math.max(0, times - 1);
            misplaced += times > 0 && placesRead.get(number) != places.get(number) ? 1 : 0;
        }
        return new Verdict(failed.get(), lost, duplicated, misplaced + mixedUp.get(), outOfOrder.get());
    }

    /** What the comparison found; all zero is what was promised. */
    record Verdict(long failed, long lost, long duplicated, long misplaced, long outOfOrder) {
        boolean isGood() {
            return failed + lost + duplicated + misplaced + outOfOrder == 0;
        }
    }
}
