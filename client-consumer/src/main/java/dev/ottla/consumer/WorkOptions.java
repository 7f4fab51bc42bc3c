package dev.ottla.consumer;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How records are handed out and finished. Immutable.
 *
 * @param worksByItself whether the library has the work done: then all of it ends at some time, and what lies in front of
 *     finished records is finished too before the end
 * @param commits whether there is a group to commit for
 */
record WorkOptions(
        Ordering ordering, int concurrency, int openRecordsMax, Times times, boolean worksByItself, boolean commits) {

    private static final int RECORDS_PER_POLL_MAX = 500;

    /** How often to look for what is stuck at most. */
    private static final Duration LOOK_INTERVAL_MIN = Duration.ofSeconds(1);

    /**
     * @param commitInterval between commits
     * @param commitTimeout for one commit
     * @param drainTimeout how long work under way is waited for before partitions are given up
     * @param stuckAfter how long a record may be worked on before a warning
     */
    record Times(Duration commitInterval, Duration commitTimeout, Duration drainTimeout, Duration stuckAfter) {}

    Duration commitInterval() {
        return times.commitInterval();
    }

    Duration commitTimeout() {
        return times.commitTimeout();
    }

    Duration drainTimeout() {
        return times.drainTimeout();
    }

    Duration stuckAfter() {
        return times.stuckAfter();
    }

    /** How long to wait for records: no longer than until a commit, or a warning, may be due. */
    Duration pollTimeout() {
        Duration untilWarning = Collections.max(List.of(stuckAfter(), LOOK_INTERVAL_MIN));
        return Collections.min(List.of(commitInterval(), untilWarning));
    }

    /** As many as fit twice, so that a partition that is not full has room for another poll's. */
    int recordsPerPoll() {
        return recordsPerPoll(openRecordsMax);
    }

    static int recordsPerPoll(int openRecordsMax) {
        return Math.max(1, Math.min(RECORDS_PER_POLL_MAX, openRecordsMax / 2));
    }
}
