package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.concurrent.WallClock;

/**
 * The time of a batch's records that have none of their own. A clock costs as much as all else that is done for a small record, so it
 * is left unread for a few records when the last ones came within one of its ticks. A record can then have the time
 * of a few before it, but never one from before its batch was opened: where batches may wait long, every record reads the
 * clock. Part of a {@link ProducerBatch}; confined as it is.
 */
@Confined
final class CreateTime {
    /** The most records in a row that do not read the clock. */
    private static final int SKIPPED_MAX = 31;

    private final WallClock clock;
    private final int skippedMax;
    private long nowMillis;

    /** How many may still go by: at first the record that the batch is opened for. */
    private int left = 1;

    /** How many could after the last reading. */
    private int skipped;

    /** For a batch that is opened now; {@code isExact} if each record is to read the clock. */
    CreateTime(WallClock clock, boolean isExact) {
        this.clock = clock;
        this.skippedMax = isExact ? 0 : SKIPPED_MAX;
        this.nowMillis = clock.currentTimeMillis();
    }

    long nowMillis() {
        if (left > 0) {
            left--;
            return nowMillis;
        }
        return read();
    }

    /** A record has a time of its own: what was read for it is nobody's. */
    void onOwnTime() {
        left = 0;
    }

    private long read() {
        long now = clock.currentTimeMillis();
        skipped = now == nowMillis ? Math.min(2 * skipped + 1, skippedMax) : 0;
        left = skipped;
        nowMillis = now;
        return now;
    }
}
