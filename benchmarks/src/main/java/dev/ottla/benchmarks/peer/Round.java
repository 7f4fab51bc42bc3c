package dev.ottla.benchmarks.peer;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a peer reports of one round.
 *
 * @param sent how many records were handed to the client
 * @param acked how many of them were acknowledged
 * @param failed how many of them failed
 * @param received how many records were received
 * @param gaps how many received records did not have the offset after that of the one before
 * @param nanos how long it took
 * @param latency from the intended time of a send to its acknowledgement, or to its receipt if it is received, in
 *     nanoseconds; null if not measured
 */
record Round(
        long sent,
        long acked,
        long failed,
        long received,
        long gaps,
        long nanos,
        @Nullable Histogram latency) {

    static Round produced(long sent, long acked, long failed, long nanos) {
        return new Round(sent, acked, failed, 0, 0, nanos, null);
    }

    static Round consumed(long received, long gaps, long nanos) {
        return new Round(0, 0, 0, received, gaps, nanos, null);
    }

    /** Of a round in which nothing was to happen. */
    static Round idle(long nanos) {
        return new Round(0, 0, 0, 0, 0, nanos, null);
    }

    Round withLatency(Histogram histogram) {
        return new Round(sent, acked, failed, received, gaps, nanos, histogram);
    }

    /** One line of {@code name=value} pairs. */
    String line(long allocatedBytes, String more) {
        StringBuilder line = new StringBuilder("round sent=" + sent + " acked=" + acked + " failed=" + failed
                + " received=" + received + " gaps=" + gaps + " nanos=" + nanos + " allocated=" + allocatedBytes);
        if (latency != null) {
            line.append(" p50=").append(latency.getValueAtPercentile(50));
            line.append(" p99=").append(latency.getValueAtPercentile(99));
            line.append(" p999=").append(latency.getValueAtPercentile(99.9));
            line.append(" max=").append(latency.getMaxValue());
        }
        return line.append(more).toString();
    }
}
