package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;

/** Hears that a partition has been read to its end; given to {@link ConsumerBuilder#onPartitionEnd}. */
@FunctionalInterface
public interface PartitionEndListener {

    /**
     * Earlier polls have returned every record before this offset, and when the broker was last asked there were no more (reading
     * committed: none that may be read yet). Called once for each time that the end is reached: at first, and again when there
     * were more records and they have been returned too; also after a seek. Not called while a record before the end can't be read.
     *
     * <p>Called by the thread that polls, during the poll that follows; it may call any method of the consumer but poll and close.
     * What it throws comes out of that poll. With handlers and acknowledgements, where the library polls, it says that all records
     * have been handed out, not that they are finished.
     */
    void onPartitionEnd(Consumer<?, ?> consumer, TopicPartition partition, long offset);
}
