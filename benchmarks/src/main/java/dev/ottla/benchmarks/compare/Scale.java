package dev.ottla.benchmarks.compare;

/**
 * How long the rounds are. Immutable.
 *
 * @param rounds how many measured rounds each peer has, unless the user says otherwise
 * @param roundRecords how many records of 100 bytes a round has at most, and a part of the warm-up; of larger ones as many as
 *     have the same bytes
 * @param coldRecords how many a cold run has
 * @param roundSeconds how long a round takes where records go at a fixed rate
 * @param slowWarmUpRecords how many records go, fast, in a part of the warm-up where records go at a fixed rate
 * @param warmUpParts how many parts the warm-up has at most
 * @param warmUpSeconds after how long no further part begins
 */
record Scale(
        int rounds,
        long roundRecords,
        long coldRecords,
        int roundSeconds,
        int slowWarmUpRecords,
        int warmUpParts,
        int warmUpSeconds) {
    static final Scale FULL = new Scale(7, 8_000_000, 5_000_000, 5, 250_000, 30, 30);
    static final Scale QUICK = new Scale(5, 4_000_000, 5_000_000, 3, 250_000, 20, 20);

    /** Only to see that all of it works: what comes out of it is no result. */
    static final Scale SHORT = new Scale(2, 200_000, 200_000, 1, 20_000, 1, 5);

    private static final int VALUE_BYTES = 100;

    /**
     * To read a record takes some clients a quarter of what it takes to send one: shorter rounds would be over before they are
     * steady.
     */
    private static final int READ_FACTOR = 4;

    private static final int RECORDS_MIN = 60;

    long roundRecords(int valueBytes) {
        return Math.min(roundRecords, Math.max(RECORDS_MIN, roundRecords * VALUE_BYTES / valueBytes));
    }

    /** The same for what is read. */
    long readRecords(int valueBytes) {
        return READ_FACTOR * roundRecords(valueBytes);
    }
}
