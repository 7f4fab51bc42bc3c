package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Confined;
import java.util.Arrays;

/**
 * Who hears of the records of one batch, and the records' own timestamps. Neighbours with the same completion and the same
 * timestamp are kept as one run. Without room to spare: this is made for every batch. Part of a {@link ProducerBatch} and
 * confined as it is.
 */
@Confined
final class Completions {
    private static final int[] ONE_RECORD_EACH = {};

    private Object[] completions;
    private long[] timestamps;

    /**
     * At index {@code i} how many records there are up to the end of run {@code i}, unless it is the last one; left out as long
     * as all but the last have one record.
     */
    private int[] ends = ONE_RECORD_EACH;

    private int runCount;
    private int count;

    /** With room for so many runs, at least one; more are possible. */
    Completions(int runsExpected) {
        this.completions = new Object[runsExpected];
        this.timestamps = new long[runsExpected];
    }

    void add(Object completion, long timestamp) {
        int last = runCount - 1;
        if (last < 0 || completions[last] != completion || timestamps[last] != timestamp) {
            addRun(completion, timestamp);
        }
        count++;
    }

    private void addRun(Object completion, long timestamp) {
        if (runCount == completions.length) {
            completions = Arrays.copyOf(completions, 2 * runCount);
            timestamps = Arrays.copyOf(timestamps, 2 * runCount);
        }
        if (count > runCount || ends != ONE_RECORD_EACH) {
            endRun();
        }
        completions[runCount] = completion;
        timestamps[runCount] = timestamp;
        runCount++;
    }

    private void endRun() {
        int known = ends.length;
        if (known < completions.length) {
            ends = Arrays.copyOf(ends, completions.length);
            for (int run = known; run < runCount; run++) {
                ends[run] = run + 1;
            }
        }
        ends[runCount - 1] = count;
    }

    private int end(int run) {
        if (run == runCount - 1) {
            return count;
        }
        return ends == ONE_RECORD_EACH ? run + 1 : ends[run];
    }

    int runCount() {
        return runCount;
    }

    int count() {
        return count;
    }

    /** The record with this completion, by its index; -1 if it is not here. For completions of a single record. */
    int indexOf(Object completion) {
        for (int run = 0; run < runCount; run++) {
            if (completions[run] == completion) {
                return end(run) - 1;
            }
        }
        return -1;
    }

    /** Adds those of some records to others. */
    void copyTo(Completions others, int from, int to) {
        int start = 0;
        for (int run = 0; run < runCount; run++) {
            int end = end(run);
            for (int record = Math.max(start, from); record < Math.min(end, to); record++) {
                others.add(completions[run], timestamps[run]);
            }
            start = end;
        }
    }

    /** Completes all in order. Offsets count up from {@code baseOffset}, unless it is negative. */
    void ack(Completer completer, TopicPartition topicPartition, long baseOffset, long logAppendTimeMs) {
        int record = 0;
        for (int run = 0; run < runCount; run++) {
            Object completion = completions[run];
            long timestamp = logAppendTimeMs < 0 ? timestamps[run] : logAppendTimeMs;
            int end = end(run);
            record = completer.wantsAcks(completion) ? record : end;
            for (; record < end; record++) {
                completer.onAcked(completion, topicPartition, baseOffset < 0 ? -1 : baseOffset + record, timestamp);
            }
        }
    }

    /** Fails all in order with the same cause. */
    void fail(Completer completer, KafkaException cause) {
        int record = 0;
        for (int run = 0; run < runCount; run++) {
            Object completion = completions[run];
            for (int end = end(run); record < end; record++) {
                completer.onFailed(completion, cause);
            }
        }
    }
}
