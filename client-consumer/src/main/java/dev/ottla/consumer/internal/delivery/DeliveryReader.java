package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.Assignment.Standing;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordCursor;
import org.jspecify.annotations.Nullable;

/**
 * Takes deliveries out of the queue and turns them into records. Step 6 of receiving; owned by whoever has the turn to poll.
 * A position moves when its records are handed out and at no other time, so a failure leaves it in front of the record that
 * failed.
 */
@Confined
public final class DeliveryReader implements AutoCloseable {

    /** Hears what only the home loop can deal with; any thread may be the caller. */
    public interface Listener {
        /** The application has come to an offset that the leader does not have. */
        void onOffsetOutOfRange(OffsetOutOfRange outOfRange);

        /** What was fetched ahead was dropped: fetch from the position again, under this new epoch. */
        void onDropped(TopicPartition partition, long newFetchEpoch);
    }

    private final DeliveryQueue queue;
    private final Assignment assignment;
    private final RecordBatchReader reader;
    private final boolean readCommitted;
    private final Listener listener;

    private @Nullable RecordWalk walk;

    /** Whether something failed that has to wait until it comes first in a poll. */
    private boolean failureWaits;

    /** Takes ownership of the reader. */
    public DeliveryReader(
            DeliveryQueue queue,
            Assignment assignment,
            RecordBatchReader ownedReader,
            boolean readCommitted,
            Listener listener) {
        this.queue = queue;
        this.assignment = assignment;
        this.reader = ownedReader;
        this.readCommitted = readCommitted;
        this.listener = listener;
    }

    /**
     * Gives up to {@code recordsMax} records to the sink and returns how many.
     *
     * @throws KafkaException if there is none to give before one that fails
     */
    public int read(RecordSink sink, int recordsMax) {
        int count = 0;
        failureWaits = false;
        while (count < recordsMax && !failureWaits) {
            if (walk == null && !openNext(count == 0)) {
                return count;
            }
            RecordWalk open = walk;
            if (open != null) {
                count += read(open, sink, recordsMax - count, count == 0);
            }
        }
        return count;
    }

    /** Returns false if there is nothing to take. */
    private boolean openNext(boolean mayThrow) {
        Delivery next = queue.take();
        if (next == null) {
            return false;
        }
        Standing standing = assignment.standing(next.partition(), next.fetchEpoch());
        if (standing == Standing.STALE) {
            next.close();
        } else if (next instanceof PartitionFailure failure) {
            hold(failure, failure.cause(), mayThrow);
        } else if (next instanceof OffsetOutOfRange outOfRange) {
            listener.onOffsetOutOfRange(outOfRange);
        } else if (next instanceof FetchedBatches fetched) {
            open(fetched, standing);
        }
        return true;
    }

    private void open(FetchedBatches fetched, Standing standing) {
        FetchPosition position =
                assignment.position(fetched.partition(), fetched.fetchEpoch()).orElse(null);
        if (standing == Standing.PAUSED || position == null || position.offset() < fetched.fetchOffset()) {
            drop(fetched);
        } else {
            walk = new RecordWalk(fetched, reader, readCommitted, position.offset(), position.leaderEpoch());
        }
    }

    /** Data of a paused partition must not use up the credit that others need; nor may a gap ever be delivered over. */
    private void drop(FetchedBatches fetched) {
        fetched.close();
        assignment
                .refetch(fetched.partition(), fetched.fetchEpoch())
                .ifPresent(newEpoch -> listener.onDropped(fetched.partition(), newEpoch));
    }

    private int read(RecordWalk open, RecordSink sink, int recordsMax, boolean mayThrow) {
        FetchedBatches fetched = open.fetched();
        Standing standing = assignment.standing(fetched.partition(), fetched.fetchEpoch());
        if (standing == Standing.PAUSED) {
            walk = null;
            drop(fetched);
            return 0;
        } else if (standing == Standing.STALE) {
            closeWalk(open);
            return 0;
        }
        sink.begin(fetched.partition());
        int count = 0;
        KafkaException failure = null;
        boolean atEnd = false;
        try {
            while (count < recordsMax && !atEnd) {
                RecordCursor record = open.next();
                if (record == null) {
                    atEnd = true;
                } else {
                    sink.accept(record, open.leaderEpoch());
                    open.onDelivered(record);
                    count++;
                }
            }
        } catch (KafkaException e) {
            failure = at(fetched.partition(), e);
        }
        boolean kept = handOut(open, sink);
        if (failure != null && kept) {
            walk = null;
            hold(fetched, failure, mayThrow && count == 0);
        } else if (atEnd || !kept) {
            closeWalk(open);
        }
        return kept ? count : 0;
    }

    private boolean handOut(RecordWalk open, RecordSink sink) {
        FetchedBatches fetched = open.fetched();
        boolean current = assignment.advance(
                fetched.partition(), fetched.fetchEpoch(), new FetchPosition(open.position(), open.leaderEpoch()));
        if (current) {
            sink.keep();
        } else {
            sink.drop();
        }
        return current;
    }

    /** Goes behind the other partitions, and is read again from the position when its turn comes. */
    private void hold(Delivery failed, KafkaException failure, boolean mayThrow) {
        queue.putBack(failed);
        failureWaits = true;
        if (mayThrow) {
            throw failure;
        }
    }

    private void closeWalk(RecordWalk open) {
        walk = null;
        open.fetched().close();
    }

    private static KafkaException at(TopicPartition partition, KafkaException failure) {
        return failure instanceof CorruptRecordException corrupt
                ? new CorruptRecordException(corrupt.offset(), partition + ": " + corrupt.getMessage(), corrupt)
                : failure;
    }

    /** Gives up what is open, and the memory for decompressed records. */
    @Override
    public void close() {
        RecordWalk open = walk;
        if (open != null) {
            closeWalk(open);
        }
        reader.close();
    }
}
