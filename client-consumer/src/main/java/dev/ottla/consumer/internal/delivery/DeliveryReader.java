package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.Assignment.Standing;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordCursor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes deliveries out of the queue and turns them into records. Step 6 of receiving; owned by whoever has the turn to poll.
 * A position moves when its records are handed out and at no other time, so a failure leaves it in front of the record that
 * failed.
 *
 * <p>Records are either given to a sink, all of a turn at once ({@link #read}), or looked at one by one where they lie
 * ({@link #begin}, {@link #next}, {@link #end}).
 */
@Confined
public final class DeliveryReader implements AutoCloseable {

    /** Hears what only the home loop can deal with; any thread may be the caller. */
    public interface Listener {
        /** The application has come to an offset that the leader does not have. */
        void onOffsetOutOfRange(OffsetOutOfRange outOfRange);

        /** All of the log was handed out, by earlier polls; on the polling thread. */
        void onEndReached(TopicPartition partition, long offset);

        /** What was fetched ahead was dropped: fetch from the position again, under this new epoch. */
        void onDropped(TopicPartition partition, long newFetchEpoch);

        /** What comes next is damaged, and the application was told: fetch it again under this epoch, but not at once. */
        void onDamaged(TopicPartition partition, long newFetchEpoch);
    }

    private final DeliveryQueue queue;
    private final Assignment assignment;
    private final RecordBatchReader reader;
    private final FetchBudget budget;
    private final boolean readCommitted;
    private final Listener listener;

    private @Nullable RecordWalk walk;

    /** The walk that {@link #next} is in, once it is known that it may go on there. */
    private @Nullable RecordWalk inPlace;

    private @Nullable RecordCursor record;
    private int recordsLeft;
    private boolean anyDelivered;

    /** Whether there is something that has to wait until it comes first in a poll: a failure, or the end of a log. */
    private boolean nextIsForNextPoll;

    /** Takes ownership of the reader. */
    public DeliveryReader(
            DeliveryQueue queue,
            Assignment assignment,
            RecordBatchReader ownedReader,
            FetchBudget budget,
            boolean readCommitted,
            Listener listener) {
        this.queue = queue;
        this.assignment = assignment;
        this.reader = ownedReader;
        this.budget = budget;
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
        nextIsForNextPoll = false;
        while (count < recordsMax && !nextIsForNextPoll) {
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

    /** Begins to look at up to {@code recordsMax} records where they lie. */
    public void begin(int recordsMax) {
        recordsLeft = recordsMax;
        anyDelivered = false;
        nextIsForNextPoll = false;
        inPlace = null;
    }

    /**
     * Moves to the next record, which counts as handed out; returns false if there is none now, or there have been enough.
     *
     * @throws KafkaException if none has been handed out before the one that fails
     */
    public boolean next() {
        RecordWalk open = inPlace;
        if (recordsLeft == 0) {
            return false;
        }
        if (open == null) {
            return nextBatch();
        }
        RecordCursor next;
        try {
            next = open.nextOfBatch();
        } catch (KafkaException e) {
            giveUp(open, e);
            return false;
        }
        if (next == null) {
            return nextBatch();
        }
        open.onDelivered(next);
        recordsLeft--;
        return true;
    }

    private boolean nextBatch() {
        while (!nextIsForNextPoll) {
            RecordWalk open = walk;
            if (open == null) {
                if (!openNext(!anyDelivered)) {
                    return false;
                }
            } else if (mayGoOn(open) && enterBatch(open)) {
                inPlace = open;
                anyDelivered = true;
                recordsLeft--;
                return true;
            }
        }
        return false;
    }

    /** What was handed out is settled batch by batch; what was revoked or paused meanwhile is not gone on with. */
    private boolean mayGoOn(RecordWalk open) {
        if (!settle(open)) {
            return false;
        }
        if (assignment.standing(open.fetched().partition(), open.fetched().fetchEpoch()) == Standing.PAUSED) {
            walk = null;
            inPlace = null;
            park(open.fetched());
            return false;
        }
        return true;
    }

    private boolean enterBatch(RecordWalk open) {
        RecordCursor first;
        try {
            first = open.next();
        } catch (KafkaException e) {
            giveUp(open, e);
            return false;
        }
        if (first != null) {
            record = first;
            open.onDelivered(first);
            FetchedBatches fetched = open.fetched();
            assignment.onShown(fetched.partition(), fetched.fetchEpoch(), open.endOfBatch());
        } else if (settle(open)) {
            closeWalk(open);
        }
        return first != null;
    }

    private void giveUp(RecordWalk open, KafkaException failure) {
        FetchedBatches fetched = open.fetched();
        if (settle(open)) {
            walk = null;
            inPlace = null;
            hold(fetched, at(fetched.partition(), failure), !anyDelivered);
        }
    }

    /** Returns false, and closes the walk, if its partition was revoked or set to another position. */
    private boolean settle(RecordWalk open) {
        FetchedBatches fetched = open.fetched();
        FetchPosition position = new FetchPosition(open.position(), open.leaderEpoch());
        boolean current = assignment.advance(fetched.partition(), fetched.fetchEpoch(), position, open.lastTimestamp());
        if (!current) {
            closeWalk(open);
        }
        return current;
    }

    /** The record that {@link #next} moved to. */
    public RecordCursor record() {
        return Objects.requireNonNull(record);
    }

    /** The partition of {@link #record}. */
    public TopicPartition partition() {
        return Objects.requireNonNull(inPlace).fetched().partition();
    }

    /** The epoch of the leader that wrote {@link #record}. */
    public int leaderEpoch() {
        return Objects.requireNonNull(inPlace).leaderEpoch();
    }

    /** The records handed out by {@link #next} are the application's; the next poll goes on after them. */
    public void end() {
        RecordWalk open = inPlace;
        inPlace = null;
        record = null;
        if (open != null) {
            settle(open);
        }
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
        } else if (standing == Standing.PAUSED) {
            park(next);
        } else if (next instanceof PartitionFailure failure) {
            hold(failure, failure.cause(), mayThrow);
        } else if (next instanceof EndReached end) {
            reach(end, mayThrow);
        } else if (next instanceof OffsetOutOfRange outOfRange) {
            listener.onOffsetOutOfRange(outOfRange);
        } else if (next instanceof FetchedBatches fetched) {
            open(fetched);
        }
        return true;
    }

    /** What came before has been processed only once the application polls again. */
    private void reach(EndReached end, boolean isFirst) {
        if (!isFirst) {
            nextIsForNextPoll = true;
            queue.putFirst(end);
            return;
        }
        FetchPosition position =
                assignment.position(end.partition(), end.fetchEpoch()).orElse(null);
        if (position != null && position.offset() == end.offset()) {
            listener.onEndReached(end.partition(), end.offset());
        }
    }

    /** In memory of its own, so that it does not hold up the answer that others came with. */
    private void park(Delivery paused) {
        TopicPartition partition = paused.partition();
        if (paused instanceof FetchedBatches fetched) {
            FetchedBatches copy = queue.hasRoomToPark(fetched.bytes()) ? fetched.copy(budget) : null;
            if (copy == null) {
                drop(fetched);
                return;
            }
            queue.park(copy);
            fetched.close();
        } else {
            queue.park(paused);
        }
        if (assignment.standing(partition, paused.fetchEpoch()) != Standing.PAUSED) {
            queue.unpark(partition);
        }
    }

    private void open(FetchedBatches fetched) {
        FetchPosition position =
                assignment.position(fetched.partition(), fetched.fetchEpoch()).orElse(null);
        if (position == null || position.offset() < fetched.fetchOffset()) {
            drop(fetched);
        } else {
            walk = new RecordWalk(fetched, reader, readCommitted, position.offset(), position.leaderEpoch());
        }
    }

    /** A gap must never be delivered over, so it is fetched again from the position. */
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
            park(fetched);
            return 0;
        } else if (standing == Standing.STALE) {
            closeWalk(open);
            return 0;
        }
        sink.begin(fetched.partition(), Math.min(recordsMax, fetched.count()));
        int count = 0;
        KafkaException failure = null;
        Error error = null;
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
        } catch (Error e) {
            error = e;
        }
        boolean kept = handOut(open, sink);
        if (failure != null && kept) {
            walk = null;
            hold(fetched, failure, mayThrow && count == 0);
        } else if (error != null && kept) {
            walk = null;
            comeAgain(fetched, error, mayThrow && count == 0);
        } else if (atEnd || !kept) {
            closeWalk(open);
        }
        return kept ? count : 0;
    }

    private boolean handOut(RecordWalk open, RecordSink sink) {
        FetchedBatches fetched = open.fetched();
        boolean current = assignment.advance(
                fetched.partition(),
                fetched.fetchEpoch(),
                new FetchPosition(open.position(), open.leaderEpoch()),
                open.lastTimestamp());
        if (current) {
            sink.keep();
        } else {
            sink.drop();
        }
        return current;
    }

    /**
     * Goes behind the other partitions. A record that the application can't read is read again from the position when its
     * turn comes, out of a copy, so that it does not use up the credit that the others need; a damaged batch is fetched again.
     */
    private void hold(FetchedBatches fetched, KafkaException failure, boolean mayThrow) {
        boolean mayHelp = failure instanceof RecordException;
        Delivery later = mayHelp
                ? fetched.copy(budget)
                : new PartitionFailure(fetched.partition(), fetched.fetchEpoch(), failure);
        if (later != null) {
            fetched.close();
            hold(later, failure, mayThrow);
            return;
        }
        nextIsForNextPoll = true;
        drop(fetched);
        if (mayThrow) {
            throw failure;
        }
    }

    /** What goes up the stack must neither leave the record out nor take with it what lies before. */
    private void comeAgain(FetchedBatches fetched, Error error, boolean mayThrow) {
        nextIsForNextPoll = true;
        drop(fetched);
        if (mayThrow) {
            throw error;
        }
    }

    private void hold(Delivery failed, KafkaException failure, boolean mayThrow) {
        nextIsForNextPoll = true;
        if (mayThrow && failure instanceof CorruptRecordException) {
            // Another replica, or the next transfer, may bring it whole.
            assignment
                    .refetch(failed.partition(), failed.fetchEpoch())
                    .ifPresent(newEpoch -> listener.onDamaged(failed.partition(), newEpoch));
        } else {
            queue.putBack(failed);
        }
        if (mayThrow) {
            throw failure;
        }
    }

    private void closeWalk(RecordWalk open) {
        walk = null;
        inPlace = null;
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
