package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import java.util.UUID;

/** What a fetch request, or the session that it belongs to, asks of one partition. */
@Immutable
record FetchWish(
        Key key, long fetchOffset, int currentLeaderEpoch, int lastFetchedEpoch, long logStartOffset, int maxBytes) {

    /** A partition as the request names it: by topic name before version 13, by topic id from there on. */
    record Key(String topic, UUID topicId, int partition) {}

    static FetchWish of(String topic, UUID topicId, FetchPartition asked) {
        return new FetchWish(
                new Key(topic, topicId, asked.partition()),
                asked.fetchOffset(),
                asked.currentLeaderEpoch(),
                asked.lastFetchedEpoch(),
                asked.logStartOffset(),
                asked.partitionMaxBytes());
    }
}
