package dev.ottla.benchmarks.nullbroker;

import java.util.concurrent.atomic.LongAdder;

/** What a null broker has seen: the other side's count of what a client says it has sent. Thread-safe. */
final class Tally {
    private final LongAdder produceRequests = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder corruptBatches = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder recordBytes = new LongAdder();
    private final LongAdder fetchRequests = new LongAdder();
    private final LongAdder fetchedBytes = new LongAdder();

    void onProduceRequest() {
        produceRequests.increment();
    }

    void onBatch(int count, int bytes) {
        batches.increment();
        records.add(count);
        recordBytes.add(bytes);
    }

    /** One whose checksum does not fit its bytes. */
    void onCorruptBatch() {
        corruptBatches.increment();
    }

    void onFetch(int bytes) {
        fetchRequests.increment();
        fetchedBytes.add(bytes);
    }

    /** One line of {@code name=value} pairs; what was counted up to now is then forgotten. */
    String takeLine() {
        return "tally produceRequests=" + produceRequests.sumThenReset()
                + " batches=" + batches.sumThenReset()
                + " corruptBatches=" + corruptBatches.sumThenReset()
                + " records=" + records.sumThenReset()
                + " recordBytes=" + recordBytes.sumThenReset()
                + " fetchRequests=" + fetchRequests.sumThenReset()
                + " fetchedBytes=" + fetchedBytes.sumThenReset();
    }
}
