package dev.ottla.benchmarks.peer;

/** Counts received records and looks whether any is missing, twice there or out of order. Owned by one application thread. */
class OffsetCheck {
    private final long[] next;
    private long received;
    private long gaps;
    private long valueBytes;
    private long target;

    OffsetCheck(int partitions) {
        this.next = new long[partitions];
    }

    void onRecord(int partition, long offset, byte[] value) {
        onRecord(partition, offset, value.length);
    }

    /** A record whose value is not taken out of the memory that it was received in. */
    final void onRecord(int partition, long offset, int length) {
        if (next[partition] != offset) {
            gaps++;
        }
        next[partition] = offset + 1;
        received++;
        valueBytes += length;
    }

    long received() {
        return received;
    }

    long gaps() {
        return gaps;
    }

    /** Asks for so many more records. */
    void expect(long records) {
        target += records;
    }

    /** Whether all records that were asked for have been received. */
    boolean isComplete() {
        return received >= target;
    }

    long valueBytes() {
        return valueBytes;
    }
}
