package dev.ottla.consumer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.DeliveryReader;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordCursor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One poll whose records are looked at where they lie: it keeps the turn to poll, and so the memory that they lie in, until it
 * is closed. Step 7 of receiving; owned by the thread that polled.
 */
@Confined
public final class InPlacePoll implements AutoCloseable {
    private final DeliveryReader reader;
    private final Runnable leaveTurn;
    private final Thread owner;

    /** The poll has moved to its first record already, to know whether there is one. */
    private boolean atFirst = true;

    private boolean closed;

    /** Where the reader is, for {@link StuckWatch}: written without a fence, as whoever looks does so much later. */
    private final AtomicLong offset = new AtomicLong();

    private final AtomicReference<TopicPartition> place;

    InPlacePoll(DeliveryReader reader, Runnable leaveTurn) {
        this.reader = reader;
        this.leaveTurn = leaveTurn;
        this.owner = Thread.currentThread();
        this.place = new AtomicReference<>(reader.partition());
        this.offset.setOpaque(reader.record().offset());
    }

    boolean isOwnedByCaller() {
        return owner == Thread.currentThread();
    }

    /** Moves to the next record; returns false after the last one of this poll, or if it is closed. */
    public boolean next() {
        if (atFirst) {
            atFirst = false;
            return true;
        }
        boolean moved = !closed && reader.next();
        if (moved) {
            offset.setOpaque(reader.record().offset());
            place.setOpaque(reader.partition());
        }
        return moved;
    }

    /** The record that was moved to last. Any thread. */
    RecordPlace place() {
        return new RecordPlace(place.getOpaque(), offset.getOpaque());
    }

    /** Whether the records may be looked at. */
    public boolean isOpen() {
        return !closed;
    }

    /** The record that {@link #next} moved to. */
    public RecordCursor record() {
        return reader.record();
    }

    /** Where that record was read from. */
    public TopicPartition partition() {
        return reader.partition();
    }

    /** The epoch of the leader that wrote it. */
    public int leaderEpoch() {
        return reader.leaderEpoch();
    }

    /** Gives the turn back; the next poll goes on after the last record that was moved to. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            atFirst = false;
            try {
                reader.end();
            } finally {
                leaveTurn.run();
            }
        }
    }
}
