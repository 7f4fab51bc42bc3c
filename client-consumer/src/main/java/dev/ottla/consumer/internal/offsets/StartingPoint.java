package dev.ottla.consumer.internal.offsets;

import dev.ottla.config.AutoOffsetReset;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.concurrent.WallClock;

/** Where to begin in a partition whose position is not known. */
@Immutable
public sealed interface StartingPoint {
    /** An offset, taken as it is. */
    record AtOffset(long offset) implements StartingPoint {}

    /** The first record that is not older, or the end if there is none; in ListOffsets -2 and -1 stand for both ends. */
    record AtTimestamp(long timestamp) implements StartingPoint {}

    /** At the first record that is not older than this many milliseconds, counted from when it is looked up. */
    record BackFromNow(long millis) implements StartingPoint {}

    /** Nowhere: the application has to seek. */
    record Nowhere() implements StartingPoint {}

    /** The first record that the log still has. */
    static StartingPoint earliest() {
        return new AtTimestamp(-2);
    }

    /** After the last record. */
    static StartingPoint latest() {
        return new AtTimestamp(-1);
    }

    /** What {@code auto.offset.reset} says. */
    static StartingPoint of(AutoOffsetReset reset) {
        if (reset instanceof AutoOffsetReset.Earliest) {
            return earliest();
        } else if (reset instanceof AutoOffsetReset.Latest) {
            return latest();
        } else if (reset instanceof AutoOffsetReset.ByDuration back) {
            return new BackFromNow(back.duration().toMillis());
        }
        return new Nowhere();
    }

    /** The same with the time filled in. */
    default StartingPoint at(WallClock clock) {
        return this instanceof BackFromNow back
                ? new AtTimestamp(Math.max(0, clock.currentTimeMillis() - back.millis()))
                : this;
    }
}
