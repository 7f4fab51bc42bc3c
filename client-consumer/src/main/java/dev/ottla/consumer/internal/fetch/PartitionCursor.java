package dev.ottla.consumer.internal.fetch;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.Delivery;
import dev.ottla.consumer.internal.delivery.FetchedBatches;
import dev.ottla.consumer.internal.delivery.FrameLease;
import dev.ottla.consumer.internal.delivery.PartitionFailure;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.internal.record.RecordBatches;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where fetching of one partition is under one fetch epoch; ahead of the application by what is buffered. Step 4 of
 * receiving. Owned by the fetcher that it was given to, and handed back to the home loop when that is not the place to fetch
 * from any more. A seek makes a new one.
 */
@Confined
final class PartitionCursor {
    private final TopicPartition partition;
    private final long fetchEpoch;
    private long fetchOffset;

    /** Of the record before, so that the broker can tell whether its log has the same one (KIP-320, KIP-595). */
    private int lastFetchedEpoch;

    /** Where it was last said that the log ends there. */
    private long toldEnd = -1;

    private UUID topicId;
    private int currentLeaderEpoch = PartitionMetadata.UNKNOWN_EPOCH;
    private Place place = Place.LEADER;

    /** Where a partition is fetched from. */
    enum Place {
        /** The leader, which may name a replica that is nearer (KIP-392). */
        LEADER,
        /** The leader, which must answer itself: the replica that it names was tried. */
        LEADER_ITSELF,
        /** A replica that the leader has named. */
        FOLLOWER
    }

    PartitionCursor(TopicPartition partition, long fetchEpoch, FetchPosition position, UUID topicId) {
        this.partition = partition;
        this.fetchEpoch = fetchEpoch;
        this.fetchOffset = position.offset();
        this.lastFetchedEpoch = position.leaderEpoch();
        this.topicId = topicId;
    }

    TopicPartition partition() {
        return partition;
    }

    long fetchEpoch() {
        return fetchEpoch;
    }

    long fetchOffset() {
        return fetchOffset;
    }

    UUID topicId() {
        return topicId;
    }

    int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    /** The partition is about to be fetched from the leader of this epoch, or from a replica while this leader leads. */
    void onPlaced(UUID newTopicId, int newLeaderEpoch, Place newPlace) {
        topicId = newTopicId;
        currentLeaderEpoch = newLeaderEpoch;
        place = newPlace;
    }

    Place place() {
        return place;
    }

    /** Whether all up to this end has been fetched, and this was not said before; it is now. */
    boolean reaches(long end) {
        boolean isNews = fetchOffset >= end && toldEnd != fetchOffset;
        toldEnd = isNews ? fetchOffset : toldEnd;
        return isNews;
    }

    FetchPartition toRequest(int partitionMaxBytes) {
        return FetchPartition.builder()
                .partition(partition.partition())
                .currentLeaderEpoch(currentLeaderEpoch)
                .fetchOffset(fetchOffset)
                .lastFetchedEpoch(lastFetchedEpoch)
                .partitionMaxBytes(partitionMaxBytes)
                .build();
    }

    /**
     * Takes the complete batches of an answer to {@link #toRequest} and moves after them; looks at headers alone. Returns
     * what to deliver. What can't be read is delivered as a failure behind what comes before it; only a seek helps then.
     */
    List<Delivery> accept(PartitionData answered, FrameLease lease) {
        ByteBuf records = answered.records();
        if (records == null || !records.isReadable()) {
            return List.of();
        }
        RecordBatches batches = new RecordBatches(records);
        long nextOffset = fetchOffset;
        int lastEpoch = lastFetchedEpoch;
        int completeBytes = 0;
        int count = 0;
        KafkaException failure = null;
        try {
            while (batches.next()) {
                nextOffset = Math.max(nextOffset, batches.header().nextOffset());
                lastEpoch = batches.header().partitionLeaderEpoch();
                count += batches.header().count();
                completeBytes = records.readableBytes() - batches.remainingBytes();
            }
        } catch (CorruptRecordException | UnsupportedVersionException e) {
            failure = e;
        }
        FetchedBatches fetched = null;
        if (completeBytes > 0 && nextOffset > fetchOffset) {
            fetched = new FetchedBatches(
                    partition,
                    fetchEpoch,
                    records.slice(records.readerIndex(), completeBytes),
                    abortedTransactions(answered),
                    fetchOffset,
                    count,
                    lease);
            fetchOffset = nextOffset;
            lastFetchedEpoch = lastEpoch;
        }
        return deliveries(fetched, failure);
    }

    private static List<AbortedTransaction> abortedTransactions(PartitionData answered) {
        List<AbortedTransaction> aborted = answered.abortedTransactions();
        return aborted == null ? List.of() : aborted;
    }

    private List<Delivery> deliveries(@Nullable FetchedBatches fetched, @Nullable KafkaException failure) {
        if (failure == null) {
            return fetched == null ? List.of() : List.of(fetched);
        }
        PartitionFailure failed = new PartitionFailure(partition, fetchEpoch, failure);
        return fetched == null ? List.of(failed) : List.of(fetched, failed);
    }
}
