package dev.ottla.benchmarks.compare;

/**
 * How long the rounds are. Immutable.
 *
 * @param rounds how many measured rounds each peer has, unless the user says otherwise
 * @param roundRecords how many records of 100 bytes a round has at most; of larger ones as many as have the same bytes
 * @param warmUpRecords how many go before the first measured round
 * @param coldRecords how many a cold run has
 * @param roundSeconds how long a round takes where records go at a fixed rate
 * @param slowWarmUpRecords how many records go, fast, before the first measured round where records go at a fixed rate
 */
record Scale(
        int rounds, long roundRecords, long warmUpRecords, long coldRecords, int roundSeconds, int slowWarmUpRecords) {
    static final Scale FULL = new Scale(7, 8_000_000, 24_000_000, 5_000_000, 5, 500_000);
    static final Scale QUICK = new Scale(5, 4_000_000, 16_000_000, 5_000_000, 3, 300_000);

    /** Only to see that all of it works: what comes out of it is no result. */
    static final Scale SHORT = new Scale(2, 200_000, 200_000, 200_000, 1, 20_000);

    private static final int VALUE_BYTES = 100;
    private static final int RECORDS_MIN = 60;

    long roundRecords(int valueBytes) {
        return bounded(roundRecords, valueBytes);
    }

    long warmUpRecords(int valueBytes) {
        return bounded(warmUpRecords, valueBytes);
    }

    private static long bounded(long records, int valueBytes) {
        return Math.min(records, Math.max(RECORDS_MIN, records * VALUE_BYTES / valueBytes));
    }
}
