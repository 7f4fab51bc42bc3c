package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.RecordCursor;

/** Makes of records what the application wants. Called by {@link DeliveryReader} for whoever has the turn to poll. */
@Confined
public interface RecordSink {

    /** Records of this partition follow, at most so many. */
    void begin(TopicPartition partition, int recordsMax);

    /**
     * One record; borrowed for the call.
     *
     * @throws dev.ottla.errors.RecordException if it can't be made into what the application wants
     */
    void accept(RecordCursor record, int leaderEpoch);

    /** The records since {@link #begin} may be handed out, now that the position has moved after them. */
    void keep();

    /** The records since {@link #begin} must not be handed out: the partition was revoked or its position set meanwhile. */
    void drop();
}
