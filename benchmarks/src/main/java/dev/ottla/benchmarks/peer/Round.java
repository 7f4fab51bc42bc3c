package dev.ottla.benchmarks.peer;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a peer reports of one round.
 *
 * @param sent how many records were handed to the client
 * @param acked how many of them were acknowledged
 * @param failed how many of them failed
 * @param lastError how one of these failed; null if none did
 * @param received what was received
 * @param nanos how long it took
 * @param latency from the intended time of a send to its acknowledgement, or to its receipt if it is received, in
 *     nanoseconds; null if not measured
 */
record Round(
        long sent,
        long acked,
        long failed,
        @Nullable Throwable lastError,
        OffsetCheck.Counts received,
        long nanos,
        @Nullable Histogram latency) {

    /** Of a round that sends, of whose ends a fresh count was kept. */
    static Round produced(long sent, Acks acks, long nanos) {
        return new Round(sent, acks.acked(), acks.failed(), acks.lastError(), OffsetCheck.Counts.NOTHING, nanos, null);
    }

    static Round consumed(OffsetCheck.Counts received, long nanos) {
        return new Round(0, 0, 0, null, received, nanos, null);
    }

    /** Of a round in which nothing was to happen. */
    static Round idle(long nanos) {
        return consumed(OffsetCheck.Counts.NOTHING, nanos);
    }

    Round withLatency(Histogram histogram) {
        return new Round(sent, acked, failed, lastError, received, nanos, histogram);
    }

    Round with(OffsetCheck.Counts counts) {
        return new Round(sent, acked, failed, lastError, counts, nanos, latency);
    }

    /** One line of {@code name=value} pairs. */
    String line(long allocatedBytes, String more) {
        StringBuilder line = new StringBuilder("round sent=" + sent + " acked=" + acked + " failed=" + failed
                + " received=" + received.records() + " gaps=" + received.gaps() + " valueBytes="
                + received.valueBytes() + " nanos=" + nanos + " allocated=" + allocatedBytes);
        if (lastError != null) {
            line.append(" error=").append(lastError.getClass().getSimpleName());
        }
        if (latency != null) {
            line.append(" p50=").append(latency.getValueAtPercentile(50));
            line.append(" p99=").append(latency.getValueAtPercentile(99));
            line.append(" p999=").append(latency.getValueAtPercentile(99.9));
            line.append(" max=").append(latency.getMaxValue());
        }
        return line.append(more).toString();
    }
}
