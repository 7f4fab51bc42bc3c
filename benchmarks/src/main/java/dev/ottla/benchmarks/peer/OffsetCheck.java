package dev.ottla.benchmarks.peer;

/** Counts received records and looks whether any is missing, twice there or out of order. Owned by one application thread. */
final class OffsetCheck {
    private final long[] next;
    private long received;
    private long gaps;
    private long valueBytes;
    private long target;

    OffsetCheck(int partitions) {
        this.next = new long[partitions];
    }

    void onRecord(int partition, long offset, byte[] value) {
        if (next[partition] != offset) {
            gaps++;
        }
        next[partition] = offset + 1;
        received++;
        valueBytes += value.length;
    }

    long received() {
        return received;
    }

    long gaps() {
        return gaps;
    }

    /** How many records all rounds so far have asked for. */
    long target() {
        return target;
    }

    void target(long records) {
        target = records;
    }

    long valueBytes() {
        return valueBytes;
    }
}
