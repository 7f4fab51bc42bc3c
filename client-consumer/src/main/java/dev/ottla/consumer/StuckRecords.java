package dev.ottla.consumer;

import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.consumer.internal.work.WorkBoard;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names, once each, records that don't end: that looks like a standstill, as nothing after them is committed. Used by the thread
 * of an {@link Intake} after each of its polls.
 */
final class StuckRecords {
    private final Duration stuckAfter;
    private final String longSince;
    private @Nullable RecordPlace namedLast;

    /** {@code worksByItself} says whether handlers work on records, or the application acknowledges them. */
    StuckRecords(Duration stuckAfter, boolean worksByItself) {
        this.stuckAfter = stuckAfter;
        this.longSince = worksByItself
                ? " went to the handler %d s ago and is not finished"
                : " was handed out %d s ago and is not acknowledged";
    }

    /** What to warn of now, if of anything. */
    Optional<String> warning(WorkBoard.Oldest oldest) {
        Duration age = Duration.ofNanos(oldest.ageNanos());
        if (age.compareTo(stuckAfter) < 0 || oldest.place().equals(namedLast)) {
            return Optional.empty();
        }
        namedLast = oldest.place();
        return Optional.of("The record at " + oldest.place() + String.format(longSince, age.toSeconds())
                + "; nothing after it is committed");
    }
}
