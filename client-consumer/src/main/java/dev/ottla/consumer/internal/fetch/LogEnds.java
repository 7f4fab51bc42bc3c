package dev.ottla.consumer.internal.fetch;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Where each log ended when a broker last said so. Written by the fetchers' loops, read by any thread. */
@ThreadSafe
public final class LogEnds {
    private final boolean readCommitted;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();

    /** Reading committed, a log ends at the last stable offset, otherwise at the high watermark. */
    public LogEnds(IsolationLevel isolationLevel) {
        this.readCommitted = isolationLevel == IsolationLevel.READ_COMMITTED;
    }

    void onAnswer(TopicPartition partition, PartitionData answered) {
        long end = readCommitted ? answered.lastStableOffset() : answered.highWatermark();
        if (end >= 0) {
            ends.put(partition, end);
        }
    }

    void forget(TopicPartition partition) {
        ends.remove(partition);
    }

    /** The end, as far as it is known. */
    public OptionalLong of(TopicPartition partition) {
        Long end = ends.get(partition);
        return end == null ? OptionalLong.empty() : OptionalLong.of(end);
    }
}
