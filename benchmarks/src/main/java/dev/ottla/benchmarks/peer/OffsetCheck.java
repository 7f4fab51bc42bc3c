package dev.ottla.benchmarks.peer;

import org.jspecify.annotations.Nullable;

/** Counts received records and looks whether any is missing, twice there or out of order. Owned by one application thread. */
class OffsetCheck {
    private final long[] next;
    private long received;
    private long gaps;
    private long valueBytes;
    private long target;

    /**
     * What was received.
     *
     * @param records how many records
     * @param gaps how many of them did not have the offset after that of the one before
     * @param valueBytes how long their values were in all
     */
    record Counts(long records, long gaps, long valueBytes) {
        static final Counts NOTHING = new Counts(0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(records + other.records, gaps + other.gaps, valueBytes + other.valueBytes);
        }

        Counts minus(Counts earlier) {
            return new Counts(records - earlier.records, gaps - earlier.gaps, valueBytes - earlier.valueBytes);
        }
    }

    OffsetCheck(int partitions) {
        this.next = new long[partitions];
    }

    /** A null value counts too, with no length: the sums then show that it was not what was sent. */
    void onRecord(int partition, long offset, byte @Nullable [] value) {
        onRecord(partition, offset, value == null ? 0 : value.length);
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

    /** All since it was made. */
    Counts counts() {
        return new Counts(received, gaps, valueBytes);
    }

    /** Asks for so many more records. */
    void expect(long records) {
        target += records;
    }

    /** Whether all records that were asked for have been received. */
    boolean isComplete() {
        return received >= target;
    }
}
