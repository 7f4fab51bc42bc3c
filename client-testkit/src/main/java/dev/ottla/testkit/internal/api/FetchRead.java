package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import dev.ottla.internal.protocol.message.FetchResponse.EpochEndOffset;
import dev.ottla.internal.protocol.message.FetchResponse.LeaderIdAndEpoch;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.log.StoredBatch;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One look at the logs for a fetch request: what would be answered now. Made, used and dropped by {@link PendingFetch}. */
@EventLoopConfined
final class FetchRead {
    /** {@code fetch.max.bytes} of the broker. */
    private static final int BROKER_MAX_BYTES = 55 * 1024 * 1024;

    private static final byte READ_COMMITTED = 1;

    /** KIP-392: from here on consumers may read from followers. */
    private static final short FIRST_VERSION_FOR_FOLLOWERS = 11;

    private static final short FIRST_VERSION_WITH_LEADER = 12;

    private final ClusterModel model;
    private final Call<FetchResponse> call;
    private final boolean readCommitted;
    private final Map<FetchWish.Key, PartitionData> results = new LinkedHashMap<>();
    private final Set<Partition> partitions = new LinkedHashSet<>();
    private int bytesLeft;
    private int bytes;
    private boolean mustAnswer;

    FetchRead(ClusterModel model, Call<FetchResponse> call, FetchRequest request) {
        this.model = model;
        this.call = call;
        this.readCommitted = request.isolationLevel() == READ_COMMITTED;
        this.bytesLeft = maxBytes(request);
    }

    static int maxBytes(FetchRequest request) {
        return Math.min(request.maxBytes(), BROKER_MAX_BYTES);
    }

    FetchRead read(List<FetchWish> wishes) {
        for (FetchWish wish : wishes) {
            results.put(wish.key(), read(wish));
        }
        return this;
    }

    Map<FetchWish.Key, PartitionData> results() {
        return results;
    }

    /** The partitions that were found, to wait for. */
    Set<Partition> partitions() {
        return partitions;
    }

    /** How many bytes of records the answer has. */
    int bytes() {
        return bytes;
    }

    /** Whether there is something that the client must know at once. */
    boolean mustAnswer() {
        return mustAnswer;
    }

    private PartitionData read(FetchWish wish) {
        Topic topic = model.topics().find(wish.key().topic(), wish.key().topicId());
        Partition partition = topic == null ? null : topic.partition(wish.key().partition());
        if (topic == null || partition == null) {
            boolean byId = topic == null && !wish.key().topicId().equals(Wire.ZERO_UUID);
            return refusal(wish, byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                    .abortedTransactions(List.of())
                    .build();
        }
        ErrorCode error = call.wantedError(topic.name(), partition.index());
        if (error == ErrorCode.NONE) {
            error = partition.checkEpoch(wish.currentLeaderEpoch());
        }
        if (error == ErrorCode.NONE) {
            error = call.version() >= FIRST_VERSION_FOR_FOLLOWERS
                    ? partition.checkReplica(call.nodeId())
                    : partition.checkLeader(call.nodeId());
        }
        if (error != ErrorCode.NONE) {
            return refusal(wish, error, partition);
        }
        partitions.add(partition);
        return read(wish, partition);
    }

    private PartitionData read(FetchWish wish, Partition partition) {
        PartitionLog log = partition.log();
        PartitionData.Builder answer = PartitionData.builder()
                .partitionIndex(partition.index())
                .highWatermark(log.highWatermark())
                .lastStableOffset(log.lastStableOffset())
                .logStartOffset(log.logStartOffset())
                .abortedTransactions(readCommitted ? List.of() : null);
        if (wish.lastFetchedEpoch() >= 0) {
            int endingEpoch = log.endingEpoch(wish.lastFetchedEpoch());
            long endOffset = log.endOffsetOf(wish.lastFetchedEpoch());
            if (endingEpoch < 0) {
                return refusal(wish, ErrorCode.OFFSET_OUT_OF_RANGE).build();
            }
            if (endingEpoch < wish.lastFetchedEpoch() || endOffset < wish.fetchOffset()) {
                // KIP-595: the reader has records that this log has not.
                mustAnswer = true;
                return answer.divergingEpoch(new EpochEndOffset(endingEpoch, endOffset))
                        .records(Unpooled.EMPTY_BUFFER)
                        .build();
            }
        }
        if (wish.fetchOffset() < log.logStartOffset() || wish.fetchOffset() > log.logEndOffset()) {
            return refusal(wish, ErrorCode.OFFSET_OUT_OF_RANGE).build();
        }
        long bound = readCommitted ? log.lastStableOffset() : log.highWatermark();
        List<StoredBatch> found = log.batches(wish.fetchOffset(), bound);
        ByteBuf records = take(found, wish.maxBytes());
        if (readCommitted && records.isReadable()) {
            answer.abortedTransactions(aborted(log, wish.fetchOffset(), found, records.readableBytes()));
        }
        return answer.records(records).build();
    }

    /**
     * As many bytes as fit, the last batch cut off where they end. KIP-74: the first batch of the whole answer is given
     * whole, however large, so that a consumer can not get stuck.
     */
    private ByteBuf take(List<StoredBatch> found, int partitionMaxBytes) {
        if (found.isEmpty()) {
            return Unpooled.EMPTY_BUFFER;
        }
        int limit = Math.min(partitionMaxBytes, bytesLeft);
        int first = found.get(0).sizeBytes();
        if (limit < first) {
            if (bytes > 0) {
                return Unpooled.EMPTY_BUFFER;
            }
            limit = first;
        }
        ByteBuf all = Unpooled.wrappedBuffer(
                found.size(), found.stream().map(StoredBatch::view).toArray(ByteBuf[]::new));
        ByteBuf records = all.slice(0, Math.min(all.readableBytes(), limit));
        bytes += records.readableBytes();
        bytesLeft = Math.max(0, bytesLeft - records.readableBytes());
        return records;
    }

    private static List<AbortedTransaction> aborted(
            PartitionLog log, long fromOffset, List<StoredBatch> found, int takenBytes) {
        long boundOffset = fromOffset;
        int left = takenBytes;
        for (StoredBatch batch : found) {
            if (left <= 0) {
                break;
            }
            boundOffset = batch.nextOffset();
            left -= batch.sizeBytes();
        }
        return log.aborted(fromOffset, boundOffset).stream()
                .map(each -> new AbortedTransaction(each.producerId(), each.firstOffset()))
                .toList();
    }

    private PartitionData refusal(FetchWish wish, ErrorCode error, Partition partition) {
        PartitionData.Builder refusal = refusal(wish, error);
        boolean hasMoved = error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH;
        if (hasMoved && call.version() >= FIRST_VERSION_WITH_LEADER) {
            refusal.currentLeader(new LeaderIdAndEpoch(partition.leader(), partition.leaderEpoch()));
        }
        return refusal.build();
    }

    private PartitionData.Builder refusal(FetchWish wish, ErrorCode error) {
        mustAnswer = true;
        return PartitionData.builder()
                .partitionIndex(wish.key().partition())
                .errorCode(error.code())
                .highWatermark(-1)
                .lastStableOffset(-1)
                .logStartOffset(-1)
                .abortedTransactions(null)
                .records(Unpooled.EMPTY_BUFFER);
    }
}
