package dev.ottla.benchmarks.nullbroker;

import dev.ottla.benchmarks.nullbroker.CannedTopics.CannedTopic;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import dev.ottla.internal.protocol.message.FetchRequest.FetchTopic;
import dev.ottla.internal.protocol.message.FetchRequest.ForgottenTopic;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.FetchableTopicResponse;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one connection fetches (KIP-227): the client names a partition once and then only what has changed. A partition that
 * has been served goes to the end of the line, as in Kafka. Owned by the connection's event loop.
 */
final class FetchSession {
    private static final int FINAL_EPOCH = -1;

    private record Key(CannedTopic topic, int partition) {}

    private record Wish(long offset, int bytesMax) {}

    private final CannedTopics topics;
    private final int sessionId;
    private final Map<Key, Wish> wishes = new LinkedHashMap<>();

    FetchSession(CannedTopics topics, int sessionId) {
        this.topics = topics;
        this.sessionId = sessionId;
    }

    /** Takes over what the request changes. */
    void update(FetchRequest request) {
        if (request.sessionEpoch() <= 0) {
            wishes.clear();
        }
        for (ForgottenTopic forgotten : request.forgottenTopicsData()) {
            CannedTopic topic = topics.find(forgotten.topic(), forgotten.topicId());
            for (int i = 0; topic != null && i < forgotten.partitions().size(); i++) {
                wishes.remove(new Key(topic, forgotten.partitions().get(i)));
            }
        }
        for (FetchTopic each : request.topics()) {
            CannedTopic topic = topics.find(each.topic(), each.topicId());
            for (FetchPartition partition : each.partitions()) {
                if (topic != null) {
                    wishes.put(
                            new Key(topic, partition.partition()),
                            new Wish(partition.fetchOffset(), partition.partitionMaxBytes()));
                }
            }
        }
    }

    /** Whether there is nothing to read at any of the offsets. */
    boolean isAtEnd() {
        for (Map.Entry<Key, Wish> each : wishes.entrySet()) {
            Key key = each.getKey();
            if (each.getValue().offset() < key.topic().log().endOffset(key.partition())) {
                return false;
            }
        }
        return true;
    }

    /** Whether something may yet appear. */
    boolean isPaced() {
        return wishes.keySet().stream().anyMatch(key -> key.topic().log().pace() != null);
    }

    /** The answer; whoever has written it releases its buffers with {@link #release}. */
    FetchResponse answer(FetchRequest request, ByteBufAllocator allocator) {
        boolean isIncremental = request.sessionEpoch() > 0;
        int bytesLeft = request.maxBytes();
        Map<Key, Wish> served = new LinkedHashMap<>();
        Map<CannedTopic, List<PartitionData>> byTopic = new LinkedHashMap<>();
        for (Map.Entry<Key, Wish> each : wishes.entrySet()) {
            Key key = each.getKey();
            Wish wish = each.getValue();
            ByteBuf records = bytesLeft > 0
                    ? key.topic()
                            .log()
                            .read(key.partition(), wish.offset(), Math.min(wish.bytesMax(), bytesLeft), allocator)
                    : Unpooled.EMPTY_BUFFER;
            bytesLeft -= records.readableBytes();
            if (records.isReadable()) {
                served.put(key, wish);
            }
            if (records.isReadable() || !isIncremental) {
                byTopic.computeIfAbsent(key.topic(), topic -> new ArrayList<>()).add(partition(key, records));
            }
        }
        served.keySet().forEach(wishes::remove);
        wishes.putAll(served);
        List<FetchableTopicResponse> responses = new ArrayList<>();
        byTopic.forEach(
                (topic, partitions) -> responses.add(new FetchableTopicResponse(topic.name(), topic.id(), partitions)));
        return FetchResponse.builder()
                .sessionId(request.sessionEpoch() == FINAL_EPOCH ? 0 : sessionId)
                .responses(responses)
                .build();
    }

    private static PartitionData partition(Key key, ByteBuf ownedRecords) {
        long end = key.topic().log().endOffset(key.partition());
        return PartitionData.builder()
                .partitionIndex(key.partition())
                .highWatermark(end)
                .lastStableOffset(end)
                .logStartOffset(0)
                .records(ownedRecords)
                .build();
    }

    /** Gives the buffers of an answer back; returns how many bytes they had. */
    static int release(FetchResponse answer) {
        int bytes = 0;
        for (FetchableTopicResponse topic : answer.responses()) {
            for (PartitionData partition : topic.partitions()) {
                ByteBuf records = partition.records();
                if (records != null) {
                    bytes += records.readableBytes();
                    records.release();
                }
            }
        }
        return bytes;
    }
}
