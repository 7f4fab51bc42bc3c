package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Immutable;

/** A position that was checked with the end of a log by {@link Assignment#setBack}, and the fetch epoch since then. */
@Immutable
public record SetBack(FetchPosition from, FetchPosition to, long fetchEpoch) {
    /** Whether something that was handed out is gone; otherwise that had only been fetched ahead. */
    public boolean isLoss() {
        return to.offset() < from.offset();
    }
}
