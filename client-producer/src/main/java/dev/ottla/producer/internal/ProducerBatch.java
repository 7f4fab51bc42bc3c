package dev.ottla.producer.internal;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.Segment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records of one partition that are sent together, with those who wait for them. While it is open the partition queue's lock
 * guards it; whoever closed it seals it; from then on the loop of the partition's owner owns it. Its bytes are the same in
 * every attempt, unless no attempt can have been written and it is numbered anew.
 */
@Confined
final class ProducerBatch {

    /** Where it is between being full and its end. */
    enum Stage {
        /** Not sent yet. */
        QUEUED,
        IN_FLIGHT,
        TO_SEND_AGAIN,
        /** It has its result, but one before it has none yet. */
        SETTLED
    }

    /**
     * When it was opened, which its linger begins with; since when its first record, which may have waited, has been delivered; and
     * when the time for that is up, for all of its records.
     */
    record Times(long openedNanos, long sinceNanos, long deadlineNanos) {
        /** A record that began so much later or earlier than the first one would fail too early or too late with it. */
        private static final long DIFFERENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

        boolean suit(EncodedRecord record) {
            return Math.abs(record.sinceNanos(openedNanos) - sinceNanos) <= DIFFERENCE_NANOS_MAX;
        }

        private boolean suitNewcomers() {
            return openedNanos - sinceNanos <= DIFFERENCE_NANOS_MAX;
        }
    }

    private final PartitionQueue queue;
    private final RecordBatchBuilder builder;
    private final Completions completions;
    private final CreateTime createTime;

    /** When it was opened; null if it is a part of another. */
    private final FlushBarrier.@Nullable Generation generation;

    /** Those of records that had to wait before they came here, and of the batch that it is the last part of. */
    private List<FlushBarrier.Generation> moreGenerations = List.of();

    private final Times times;

    /** Whether its times suit records that have not waited. */
    private final boolean suitsNewcomers;

    /** Written once, by the thread that seals. */
    private volatile @Nullable SealedBatch sealed;

    /** The records that were taken back; guarded by the partition queue's lock until the batch is taken. */
    private @Nullable BitSet revoked;

    private @Nullable PartitionOwner placedBy;
    private Stage stage = Stage.QUEUED;
    private boolean isStamped;
    private boolean isEnded;
    private boolean isInDoubt;
    private int attempts;
    private @Nullable Attempt attempt;
    private Verdict.@Nullable Final result;
    private @Nullable KafkaException lastFailure;

    /** An open batch without records. Takes ownership of the builder. */
    ProducerBatch(
            PartitionQueue queue,
            RecordBatchBuilder ownedBuilder,
            Completions completions,
            FlushBarrier.Generation generation,
            CreateTime createTime,
            Times times) {
        this.queue = queue;
        this.builder = ownedBuilder;
        this.completions = completions;
        this.createTime = createTime;
        this.generation = generation;
        this.times = times;
        this.suitsNewcomers = times.suitNewcomers();
    }

    /** Some records of a batch; nobody waits for it yet but they. Takes ownership of the segment. */
    private ProducerBatch(ProducerBatch whole, Segment ownedSegment, Stage stage) {
        this.queue = whole.queue;
        this.builder = new RecordBatchBuilder(ownedSegment);
        this.completions = new Completions(1);
        this.createTime = whole.createTime;
        this.generation = null;
        this.times = whole.times;
        this.suitsNewcomers = whole.suitsNewcomers;
        this.attempts = whole.attempts;
        this.stage = stage;
    }

    PartitionQueue queue() {
        return queue;
    }

    TopicPartition topicPartition() {
        return queue.topicPartition();
    }

    /** Appends a record whose bytes need no serializer; the arrays are read before it returns. */
    boolean tryAppend(
            long ofRecord, byte @Nullable [] key, byte @Nullable [] value, Headers headers, Object completion) {
        if (!suitsNewcomers) {
            return false;
        }
        long timestamp = timestamp(ofRecord);
        if (!builder.tryAppend(timestamp, key, value, headers)) {
            return false;
        }
        completions.add(completion, timestamp);
        return true;
    }

    private long timestamp(long ofRecord) {
        if (ofRecord == EncodedRecord.TIME_OF_SEND) {
            return createTime.nowMillis();
        }
        createTime.onOwnTime();
        return ofRecord;
    }

    /** Appends a record, if there is room for it and the batch ends no earlier than the record may. */
    boolean tryAppend(EncodedRecord record) {
        if (!times.suit(record)) {
            return false;
        }
        long timestamp = timestamp(record.timestamp);
        if (!builder.tryAppend(timestamp, record.bytes, record.keyBytes, record.valueBytes, record.headers)) {
            return false;
        }
        completions.add(record.completion, timestamp);
        if (record.generation != null) {
            addGeneration(record.generation);
        }
        return true;
    }

    /**
     * A batch that was refused is to be sent again as several: one with the next records of a cursor over this one. Takes
     * ownership of the segment.
     */
    ProducerBatch part(Segment ownedSegment, RecordCursor cursor, int from, int to) {
        ProducerBatch part = new ProducerBatch(this, ownedSegment, Stage.TO_SEND_AGAIN);
        for (int record = from; record < to; record++) {
            if (!cursor.next()
                    || !part.builder.tryAppend(cursor.timestamp(), cursor.key(), cursor.value(), cursor.headers())) {
                throw new IllegalStateException("batch for " + topicPartition() + " can't be divided at " + record);
            }
        }
        completions.copyTo(part.completions, from, to);
        return part;
    }

    /** Takes a record back; returns whether it is here. */
    boolean tryRevoke(Object completion) {
        int index = completions.indexOf(completion);
        if (index < 0) {
            return false;
        }
        if (revoked == null) {
            revoked = new BitSet();
        }
        revoked.set(index);
        return true;
    }

    /** Whether records of it must not be sent. */
    boolean isPartlyRevoked() {
        return revoked != null;
    }

    /** The records of it that must not be sent, by their index. */
    BitSet revoked() {
        return revoked == null ? new BitSet() : revoked;
    }

    /** Whether none of its records is left. */
    boolean isAllRevoked() {
        return revoked().cardinality() == count();
    }

    /**
     * This batch without the records that were taken back, which a cursor from its beginning skips. Takes ownership of the
     * segment.
     */
    ProducerBatch rest(Segment ownedSegment, RecordCursor cursor) {
        ProducerBatch rest = new ProducerBatch(this, ownedSegment, Stage.QUEUED);
        BitSet skipped = revoked();
        for (int record = 0; record < count(); record++) {
            if (!cursor.next()
                    || (!skipped.get(record)
                            && !rest.builder.tryAppend(
                                    cursor.timestamp(), cursor.key(), cursor.value(), cursor.headers()))) {
                throw new IllegalStateException("batch for " + topicPartition() + " can't be copied at " + record);
            }
        }
        for (int from = skipped.nextClearBit(0); from < count(); ) {
            int next = skipped.nextSetBit(from);
            int to = next < 0 ? count() : next;
            completions.copyTo(rest.completions, from, to);
            from = skipped.nextClearBit(to);
        }
        return rest;
    }

    /** It is over, and its parts go on; what a flush waits for is the last of them. */
    void endInFavourOf(ProducerBatch last) {
        if (generation != null) {
            last.addGeneration(generation);
        }
        moreGenerations.forEach(last::addGeneration);
        end();
    }

    private void addGeneration(FlushBarrier.Generation another) {
        if (moreGenerations.isEmpty()) {
            moreGenerations = new ArrayList<>(1);
        }
        moreGenerations.add(another);
    }

    private void exit(FlushBarrier barrier) {
        if (generation != null) {
            barrier.exit(generation);
        }
        if (!moreGenerations.isEmpty()) {
            moreGenerations.forEach(barrier::exit);
        }
    }

    int count() {
        return completions.count();
    }

    /** How many runs its completions are kept as. */
    int completionRuns() {
        return completions.runCount();
    }

    /** Whether it has as many records as it may, so that there is nothing to wait for. */
    boolean hasAllRecords() {
        return builder.hasAllRecords();
    }

    /** Opened then, so the linger ends so much later. */
    long openedNanos() {
        return times.openedNanos;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - times.deadlineNanos >= 0;
    }

    long deadlineNanos() {
        return times.deadlineNanos;
    }

    /** The size of the batch on the wire; before it is sealed, its size without compression. */
    int sizeBytes() {
        SealedBatch batch = sealed;
        return batch == null ? builder.sizeBytes() : batch.sizeBytes();
    }

    boolean isSealed() {
        return sealed != null;
    }

    void seal(BatchCompressors compressors) {
        sealed = compressors.seal(builder);
    }

    SealedBatch sealed() {
        SealedBatch batch = sealed;
        if (batch == null) {
            throw new IllegalStateException("batch for " + topicPartition() + " is not sealed yet");
        }
        return batch;
    }

    /** Owner: returns whether it was not among the open batches that this owner waits for, and is now. */
    boolean place(PartitionOwner byOwner) {
        boolean isNew = placedBy != byOwner;
        placedBy = byOwner;
        return isNew;
    }

    /** Owner: it is not waited for any more. */
    void unplace() {
        placedBy = null;
    }

    Stage stage() {
        return stage;
    }

    /** Whether it has the number that the leader knows it by, or will know. */
    boolean isStamped() {
        return isStamped;
    }

    void stamp(ProducerStamp stamp) {
        sealed().stamp(stamp);
        isStamped = true;
    }

    /** No leader has it under the number that it had. */
    void forgetStamp() {
        isStamped = false;
    }

    Attempt beginAttempt() {
        stage = Stage.IN_FLIGHT;
        attempts++;
        attempt = new Attempt(this);
        return attempt;
    }

    void endAttempt() {
        attempt = null;
    }

    /** Its outcome is left open, as if the connection was lost. */
    void abandonAttempt() {
        if (attempt != null) {
            attempt.abandon();
            attempt = null;
        }
        isInDoubt = true;
        stage = Stage.TO_SEND_AGAIN;
    }

    void sendAgain() {
        stage = Stage.TO_SEND_AGAIN;
    }

    /** It has ended, but its records are told later. */
    void settle(Verdict.Final verdict) {
        stage = Stage.SETTLED;
        result = verdict;
    }

    /** How it has ended; null as long as it has not. */
    Verdict.@Nullable Final result() {
        return result;
    }

    int attempts() {
        return attempts;
    }

    /** An attempt failed and left the batch possibly written. */
    void doubt() {
        isInDoubt = true;
    }

    /** Whether an attempt that has failed may have been written all the same. */
    boolean isInDoubt() {
        return isInDoubt;
    }

    void onAttemptFailed(KafkaException cause) {
        lastFailure = cause;
    }

    @Nullable
    KafkaException lastFailure() {
        return lastFailure;
    }

    /** Whether its records have been completed; a late answer then changes nothing. */
    boolean isEnded() {
        return isEnded;
    }

    /**
     * Gives the memory back, then tells everybody. The batch may still be in flight: the socket has references of its own.
     */
    void ack(Completer completer, FlushBarrier barrier, long baseOffset, long logAppendTimeMs) {
        end();
        completions.ack(completer, topicPartition(), baseOffset, logAppendTimeMs);
        completer.onBatchEnded(topicPartition(), count(), baseOffset, null);
        exit(barrier);
    }

    void fail(Completer completer, FlushBarrier barrier, KafkaException cause) {
        end();
        completions.fail(completer, cause);
        completer.onBatchEnded(topicPartition(), count(), -1, cause);
        exit(barrier);
    }

    /** All its records were taken back: nobody is told. */
    void drop(FlushBarrier barrier) {
        end();
        exit(barrier);
    }

    /** Drops a batch that was never used; a record that was tried in it is in another one. */
    void discard(FlushBarrier barrier) {
        end();
        if (generation != null) {
            barrier.exit(generation);
        }
    }

    private void end() {
        isEnded = true;
        SealedBatch batch = sealed;
        if (batch == null) {
            builder.discard();
        } else {
            batch.release();
        }
    }
}
