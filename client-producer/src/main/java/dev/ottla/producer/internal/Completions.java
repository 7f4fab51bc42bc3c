package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Confined;
import java.util.Arrays;

/**
 * Who hears of the records of one batch, and the records' own timestamps. A completion that is given for many records in a
 * row is kept once. Part of a {@link ProducerBatch} and confined as it is.
 */
@Confined
final class Completions {
    private static final int INITIAL_RECORDS = 16;

    private long[] timestamps = new long[INITIAL_RECORDS];
    private Object[] runs = new Object[INITIAL_RECORDS];

    /** At index {@code i} how many records there are up to the end of run {@code i}. */
    private int[] runEnds = new int[INITIAL_RECORDS];

    private int runCount;
    private int count;

    void add(Object completion, long timestamp) {
        if (count == timestamps.length) {
            timestamps = Arrays.copyOf(timestamps, 2 * count);
        }
        timestamps[count++] = timestamp;
        if (runCount == 0 || runs[runCount - 1] != completion) {
            addRun(completion);
        }
        runEnds[runCount - 1] = count;
    }

    private void addRun(Object completion) {
        if (runCount == runs.length) {
            runs = Arrays.copyOf(runs, 2 * runCount);
            runEnds = Arrays.copyOf(runEnds, 2 * runCount);
        }
        runs[runCount++] = completion;
    }

    int count() {
        return count;
    }

    /** Completes all in order. Offsets count up from {@code baseOffset}, unless it is negative. */
    void ack(Completer completer, TopicPartition topicPartition, long baseOffset, long logAppendTimeMs) {
        int record = 0;
        for (int run = 0; run < runCount; run++) {
            Object completion = runs[run];
            for (; record < runEnds[run]; record++) {
                completer.onAcked(
                        completion,
                        topicPartition,
                        baseOffset < 0 ? -1 : baseOffset + record,
                        logAppendTimeMs < 0 ? timestamps[record] : logAppendTimeMs);
            }
        }
    }

    /** Fails all in order with the same cause. */
    void fail(Completer completer, KafkaException cause) {
        int record = 0;
        for (int run = 0; run < runCount; run++) {
            Object completion = runs[run];
            for (; record < runEnds[run]; record++) {
                completer.onFailed(completion, cause);
            }
        }
    }
}
