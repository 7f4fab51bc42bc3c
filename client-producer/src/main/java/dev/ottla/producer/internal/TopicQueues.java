package dev.ottla.producer.internal;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.Segment;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The way of one topic's records into its partitions' queues. Steps 3 and 4 of sending. A record is placed by the thread that
 * sends it, except while the topic's partitions are not known, or while others wait before it: then {@link WaitingTopic}
 * places it later.
 */
@ThreadSafe
public final class TopicQueues {
    private final String topic;
    private final PartitionChooser chooser;
    private final StickyPartition sticky;
    private final Batches batches;
    private final BufferGate gate;
    private final MemoryBudget budget;
    private final SendingOptions options;
    private final BatchGrowth growth;
    private final Cluster cluster;
    private final PartitionOwners owners;
    private final WaitingTopic waiting;

    /** Null until the topic was found; replaced on the home loop. */
    private volatile @Nullable Partitions partitions;

    /** Home loop only. */
    private boolean isClosed;

    TopicQueues(
            String topic,
            PartitionChooser chooser,
            Batches batches,
            BufferGate gate,
            MemoryBudget budget,
            SendingOptions options,
            PartitionOwners owners) {
        this.topic = topic;
        this.chooser = chooser;
        this.cluster = owners.cluster();
        this.sticky = new StickyPartition(cluster.runtime().newRandom(), options);
        this.batches = batches;
        this.gate = gate;
        this.budget = budget;
        this.options = options;
        this.growth = new BatchGrowth(options, budget.totalBytes());
        this.owners = owners;
        this.waiting = new WaitingTopic(topic, this, batches, gate, budget, options, cluster);
    }

    String topic() {
        return topic;
    }

    /** How its records are sent. */
    SendingOptions options() {
        return options;
    }

    @Nullable
    Partitions partitions() {
        return partitions;
    }

    /** The topic's id, as far as it is known. */
    UUID topicId() {
        Partitions known = partitions;
        return known == null ? TopicMetadata.NO_ID : known.metadata().topicId();
    }

    /**
     * Accepts a record; its completion is called once from now on. Blocks only if the back pressure is to block.
     *
     * @param source the user's record, handed to the partitioner as it is
     * @throws KafkaException if it is not accepted: its completion is not called
     */
    public void send(EncodedRecord record, Object source) {
        long bytes = record.batchBytesMax();
        if (bytes > options.requestBytesMax()) {
            throw ProducerFailures.tooLarge(topic, bytes, options.requestBytesMax(), "max.request.size");
        } else if (bytes > budget.totalBytes()) {
            throw ProducerFailures.tooLarge(topic, bytes, budget.totalBytes(), "buffer.memory");
        }
        long waitedNanos = isPlacedAtOnce() ? 0 : gate.awaitTurn(waiting, record);
        KafkaException cutOff = owners.ids().cutOff();
        if (cutOff != null) {
            throw cutOff;
        }
        Partitions known = partitions;
        if (known == null || !waiting.isEmpty()) {
            waiting.add(record, source, gate.reserveFor(record, waitedNanos));
            return;
        }
        choose(known, record, source);
        if (!tryPlace(known, record, null)) {
            placeWhenThereIsRoom(known, record, source, waitedNanos);
        }
    }

    private boolean isPlacedAtOnce() {
        return partitions != null && waiting.isEmpty();
    }

    /**
     * Accepts a record whose bytes are there, without a serializer, if all that there is to do is to copy them into an open
     * batch, as it is for nearly all records. Returns false, and has done nothing, if there is more to do: {@link #send} does it, and asks the
     * partitioner again.
     *
     * @param partition {@link EncodedRecord#ANY_PARTITION} to ask a partitioner that looks at nothing but the key
     */
    public boolean tryAppend(
            int partition,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            Object completion) {
        Partitions known = partitions;
        int keyBytes = key == null ? 0 : key.length;
        int valueBytes = value == null ? 0 : value.length;
        if (known == null
                || !waiting.isEmpty()
                || RecordBatchBuilder.batchBytesMax(keyBytes, valueBytes, headers) > options.requestBytesMax()) {
            return false;
        }
        int chosen = partition == EncodedRecord.ANY_PARTITION ? chooser.choose(key, known) : partition;
        int appendTo = chosen == EncodedRecord.ANY_PARTITION ? sticky.current(known) : chosen;
        return appendTo < known.count() && known.queue(appendTo).tryAppend(timestamp, key, value, headers, completion);
    }

    private void placeWhenThereIsRoom(Partitions known, EncodedRecord record, Object source, long waitedNanos) {
        PartitionQueue queue = queueOf(known, record);
        Segment segment =
                gate.segmentFor(record, () -> queue.owner().memory(), segmentBytes(queue, record), waitedNanos);
        if (segment == null) {
            waiting.add(record, source, 0);
        } else {
            tryPlace(known, record, segment);
        }
    }

    /** Asks the partitioner once per record, unless the user named the partition. */
    void choose(Partitions known, EncodedRecord record, Object source) {
        if (record.partition == EncodedRecord.ANY_PARTITION) {
            try {
                record.partition = chooser.choose(source, record.key(), Math.max(record.valueBytes, 0), known);
            } catch (RecordException e) {
                throw e;
            } catch (RuntimeException e) {
                throw ProducerFailures.partitionerFailed(topic, e);
            }
        }
        if (record.partition < EncodedRecord.ANY_PARTITION || record.partition >= known.count()) {
            cluster.refreshMetadata("partition " + record.partition + " of topic " + topic + " was asked for");
            throw ProducerFailures.noSuchPartition(topic, record.partition, known.count());
        }
    }

    private int partitionOf(Partitions known, EncodedRecord record) {
        return record.partition == EncodedRecord.ANY_PARTITION ? sticky.current(known) : record.partition;
    }

    /** Where the record will go, as far as that can be told. */
    PartitionQueue queueOf(Partitions known, EncodedRecord record) {
        return known.queue(partitionOf(known, record));
    }

    /** How large a new batch for the record is. */
    private int segmentBytes(PartitionQueue queue, EncodedRecord record) {
        boolean isQuiet = record.partition != EncodedRecord.ANY_PARTITION && queue.backlog() == 0;
        int batchBytes = budget.isHalfLeft() ? growth.grownBytes() : options.batchBytes();
        return budget.segmentBytesFor((int) record.batchBytesMax(), batchBytes, isQuiet);
    }

    private @Nullable Segment tryTake(PartitionQueue queue, EncodedRecord record) {
        return queue.owner().memory().tryTake(segmentBytes(queue, record));
    }

    /**
     * Places the record in an open batch, or in a new one if there is memory: the segment in hand, if any, which it takes
     * ownership of. Returns whether it was placed.
     */
    boolean tryPlace(Partitions known, EncodedRecord record, @Nullable Segment ownedSegment) {
        boolean isAnywhere = record.partition == EncodedRecord.ANY_PARTITION;
        int partition = partitionOf(known, record);
        Append appended = Append.NO_BATCH;
        if (ownedSegment == null) {
            appended = known.queue(partition).tryAppend(record);
            if (appended == Append.BATCH_FULL && isAnywhere) {
                partition = sticky.change(partition, known);
                appended = known.queue(partition).tryAppend(record);
            }
        }
        if (appended == Append.NO_BATCH || appended == Append.BATCH_FULL) {
            PartitionQueue queue = known.queue(partition);
            Segment segment = ownedSegment == null ? tryTake(queue, record) : ownedSegment;
            if (segment == null) {
                return isAnywhere && tryElsewhere(known, record, partition);
            }
            appended = queue.append(record, segment);
        }
        if (appended == Append.CLOSED) {
            throw ProducerFailures.closed();
        }
        return true;
    }

    /** If the partition's broker has its share of the memory, another's may not. */
    private boolean tryElsewhere(Partitions known, EncodedRecord record, int refused) {
        if (!isUsedUp(known.queue(refused), record)) {
            return false;
        }
        int partition = sticky.change(refused, known, other -> !isUsedUp(known.queue(other), record));
        PartitionQueue queue = known.queue(partition);
        Append appended = queue.tryAppend(record);
        if (appended == Append.NO_BATCH || appended == Append.BATCH_FULL) {
            Segment segment = tryTake(queue, record);
            appended = segment == null ? appended : queue.append(record, segment);
        }
        if (appended == Append.CLOSED) {
            throw ProducerFailures.closed();
        }
        return appended == Append.APPENDED;
    }

    private boolean isUsedUp(PartitionQueue queue, EncodedRecord record) {
        return queue.owner().memory().isUsedUp(segmentBytes(queue, record));
    }

    /** Any thread: a batch was taken before it was full. */
    void onOpenBatchTaken(ProducerBatch batch) {
        sticky.onBatchLeft(batch.topicPartition().partition(), batch.sizeBytes());
    }

    /** How many bytes a new batch may hold. */
    int batchBytes() {
        return growth.grownBytes();
    }

    /** Any thread: what a batch was compressed to. */
    void onSealed(int bytes, int compressedBytes) {
        growth.onSealed(bytes, compressedBytes);
    }

    /** Any thread: a batch has as many records as it may. */
    void onAllRecords(ProducerBatch batch) {
        sticky.leave(batch.topicPartition().partition());
    }

    /** Owner: a partition is another's, and so is the room that its records wait for. */
    void onOwnerChanged(PartitionOwner before) {
        budget.onOwnerChanged(before.memory());
    }

    /** Home loop: the cluster was heard of. */
    void onMetadata(Metadata current) {
        if (isClosed) {
            // A partition that is found now would accept what a send that began before brings.
            return;
        }
        TopicMetadata metadata = current.topic(topic);
        Partitions known = partitions;
        if (metadata != null && metadata.partitionCount() > 0) {
            onTopic(metadata, current);
        } else if (known != null) {
            onTopic(withoutLeaders(known.metadata()), current);
        }
        waiting.onMetadata();
    }

    private static TopicMetadata withoutLeaders(TopicMetadata metadata) {
        return new TopicMetadata(
                metadata.name(),
                metadata.topicId(),
                metadata.internal(),
                metadata.partitions().stream()
                        .map(partition -> new PartitionMetadata(
                                partition.partition(),
                                PartitionMetadata.NO_LEADER,
                                partition.leaderEpoch(),
                                partition.replicaNodes(),
                                partition.isrNodes(),
                                partition.offlineReplicas(),
                                partition.error()))
                        .toList());
    }

    private void onTopic(TopicMetadata metadata, Metadata current) {
        Partitions before = partitions;
        if (before != null && before.isSame(metadata, current)) {
            return;
        }
        int kept = before == null ? 0 : before.queues().length;
        PartitionQueue[] queues = new PartitionQueue[Math.max(kept, metadata.partitionCount())];
        Arrays.setAll(queues, i -> before != null && i < kept ? before.queue(i) : newQueue(i, metadata));
        Partitions after = new Partitions(metadata, current, queues);
        partitions = after;
        sticky.onPartitions(after);
        for (int i = 0; i < queues.length; i++) {
            queues[i].setTarget(owners.ownerOf(metadata.partition(i)));
        }
    }

    private PartitionQueue newQueue(int partition, TopicMetadata metadata) {
        return new PartitionQueue(
                this,
                new TopicPartition(topic, partition),
                batches,
                options.newSendWindow(),
                owners.ownerOf(metadata.partition(partition)));
    }

    /**
     * Any thread: takes back a record of which nothing was sent. A record that is just being moved here from those that wait
     * may be found in neither place; then it is not taken back.
     */
    public boolean tryRevoke(Object completion) {
        if (waiting.tryRevoke(completion)) {
            return true;
        }
        Partitions known = partitions;
        return known != null && Arrays.stream(known.queues()).anyMatch(queue -> queue.tryRevoke(completion));
    }

    /** Owner: whether the partition may be sent to now; see {@link Identities#admits}. */
    boolean admits(TopicPartition partition) {
        return owners.ids().admits(partition);
    }

    /** A partition that has waited to be admitted may be sent to. */
    void offer(int partition) {
        Partitions known = partitions;
        if (known != null && partition < known.queues().length) {
            PartitionQueue queue = known.queue(partition);
            queue.owner().offer(queue, true);
        }
    }

    /** Any thread: nobody may wait for a turn at the moment; threads that do fail with the reason. */
    void onRefusal() {
        waiting.onRefusal();
    }

    /** Home loop: fails all that is not sent, or would be sent again, of a transaction that is cut off, and goes on. */
    void clear() {
        KafkaException cutOff = owners.ids().cutOff();
        if (cutOff != null) {
            waiting.clear(cutOff);
        }
        Partitions known = partitions;
        if (known != null) {
            for (PartitionQueue queue : known.queues()) {
                queue.owner().end(queue, watch -> watch.failCutOff(queue));
            }
        }
    }

    /** Home loop: fails all that is left and accepts nothing more. */
    void close(KafkaException cause) {
        isClosed = true;
        waiting.close(cause);
        Partitions known = partitions;
        if (known != null) {
            for (PartitionQueue queue : known.queues()) {
                queue.owner().end(queue, watch -> watch.failAll(queue, cause));
            }
        }
    }
}
