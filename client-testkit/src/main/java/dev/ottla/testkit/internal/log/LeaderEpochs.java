package dev.ottla.testkit.internal.log;

import dev.ottla.internal.concurrent.Confined;
import java.util.Map;
import java.util.TreeMap;

/** Where each leader epoch of a log starts (KIP-101, KIP-279). Part of a {@link PartitionLog}. */
@Confined
final class LeaderEpochs {
    private static final int UNDEFINED_EPOCH = -1;
    private static final long UNDEFINED_OFFSET = -1;

    private final TreeMap<Integer, Long> startOffsets = new TreeMap<>();

    /** An epoch and the offset at which it ends; both -1 if they are unknown. */
    record EpochEnd(int leaderEpoch, long endOffset) {
        static final EpochEnd UNDEFINED = new EpochEnd(UNDEFINED_EPOCH, UNDEFINED_OFFSET);
    }

    void assign(int leaderEpoch, long startOffset) {
        if (startOffsets.isEmpty() || leaderEpoch > startOffsets.lastKey()) {
            // An epoch that has written nothing leaves no trace.
            startOffsets.values().removeIf(start -> start >= startOffset);
            startOffsets.put(leaderEpoch, startOffset);
        }
    }

    /** The epoch that the offset was written in; -1 if unknown. */
    int epochAt(long offset) {
        int found = UNDEFINED_EPOCH;
        for (Map.Entry<Integer, Long> each : startOffsets.entrySet()) {
            if (each.getValue() <= offset) {
                found = each.getKey();
            }
        }
        return found;
    }

    /** The newest epoch; -1 if nothing was written yet. */
    int latest() {
        return startOffsets.isEmpty() ? UNDEFINED_EPOCH : startOffsets.lastKey();
    }

    /** The largest epoch up to the one asked for, and where the next one starts, as OffsetForLeaderEpoch answers. */
    EpochEnd endOf(int leaderEpoch, long logEndOffset) {
        if (startOffsets.isEmpty() || leaderEpoch > startOffsets.lastKey()) {
            return EpochEnd.UNDEFINED;
        }
        if (leaderEpoch == startOffsets.lastKey()) {
            return new EpochEnd(leaderEpoch, logEndOffset);
        }
        Map.Entry<Integer, Long> next = startOffsets.higherEntry(leaderEpoch);
        long endOffset = next == null ? logEndOffset : next.getValue();
        Integer floor = startOffsets.floorKey(leaderEpoch);
        return new EpochEnd(floor == null ? leaderEpoch : floor, endOffset);
    }

    void truncateFrom(long offset) {
        startOffsets.values().removeIf(start -> start >= offset);
    }

    /** Forgets epochs that ended before the offset; the one that holds it then starts there. */
    void truncateBefore(long offset) {
        int holding = epochAt(offset);
        startOffsets.headMap(holding, false).clear();
        if (startOffsets.containsKey(holding)) {
            startOffsets.put(holding, Math.max(offset, startOffsets.get(holding)));
        }
    }
}
