package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import dev.ottla.internal.protocol.message.FetchRequest.FetchTopic;
import dev.ottla.internal.protocol.message.FetchRequest.ForgottenTopic;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client fetches from one broker (KIP-227): it names a partition once and then only what has changed; the broker
 * answers for the partitions that have something new. Owned by the cluster's loop.
 */
@EventLoopConfined
final class FetchSession {
    private final int id;
    private final boolean usesTopicIds;
    private final Map<FetchWish.Key, Cached> partitions = new LinkedHashMap<>();
    private int nextEpoch = 1;
    private long usedAtNanos;

    /** A partition of the session, and what the client was last told about it. */
    private static final class Cached {
        private FetchWish wish;
        private long highWatermark = -1;
        private long logStartOffset = -1;

        Cached(FetchWish wish) {
            this.wish = wish;
        }

        /** Whether the client does not know yet what is to be said; if so, it does from now on. */
        boolean isNews(PartitionData told) {
            boolean isNews = told.records() != null && told.records().isReadable();
            isNews |= told.highWatermark() != highWatermark || told.logStartOffset() != logStartOffset;
            isNews |= told.divergingEpoch().epoch() >= 0;
            highWatermark = told.highWatermark();
            logStartOffset = told.logStartOffset();
            if (told.errorCode() != ErrorCode.NONE.code()) {
                // An error is told every time, and what follows it is news.
                highWatermark = -1;
                return true;
            }
            return isNews;
        }
    }

    FetchSession(int id, boolean usesTopicIds) {
        this.id = id;
        this.usesTopicIds = usesTopicIds;
    }

    int id() {
        return id;
    }

    boolean usesTopicIds() {
        return usesTopicIds;
    }

    /** The epoch that the next request must have. */
    int nextEpoch() {
        return nextEpoch;
    }

    /** Counts a request; 0 and negative numbers have meanings of their own. */
    void onRequest(long nowNanos) {
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        usedAtNanos = nowNanos;
    }

    /** When the session began or was used last. */
    long usedAtNanos() {
        return usedAtNanos;
    }

    void begin(long nowNanos, FetchRequest request) {
        usedAtNanos = nowNanos;
        update(request);
    }

    /** Takes over what a request changes. */
    void update(FetchRequest request) {
        for (ForgottenTopic forgotten : request.forgottenTopicsData()) {
            for (int i = 0; i < forgotten.partitions().size(); i++) {
                partitions.remove(new FetchWish.Key(
                        forgotten.topic(),
                        forgotten.topicId(),
                        forgotten.partitions().get(i)));
            }
        }
        for (FetchWish wish : wishes(request)) {
            Cached known = partitions.get(wish.key());
            if (known == null) {
                partitions.put(wish.key(), new Cached(wish));
            } else {
                known.wish = wish;
            }
        }
    }

    boolean isEmpty() {
        return partitions.isEmpty();
    }

    /** All that the client wants, in the order in which partitions are to be served. */
    List<FetchWish> wishes() {
        return partitions.values().stream().map(each -> each.wish).toList();
    }

    /** Whether the client must be told; a partition that had records goes to the end of the line, so that all get theirs. */
    boolean isNews(FetchWish.Key key, PartitionData told) {
        Cached cached = partitions.get(key);
        if (cached == null) {
            return false;
        }
        if (told.records() != null && told.records().isReadable()) {
            partitions.remove(key);
            partitions.put(key, cached);
        }
        return cached.isNews(told);
    }

    /** What a request names itself. */
    static List<FetchWish> wishes(FetchRequest request) {
        List<FetchWish> wishes = new ArrayList<>();
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition partition : topic.partitions()) {
                wishes.add(FetchWish.of(topic.topic(), topic.topicId(), partition));
            }
        }
        return wishes;
    }
}
