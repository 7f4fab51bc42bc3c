package dev.ottla.producer;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the partitions of records that name none. Those that come with Ottla are in {@link Partitioners}. Thread-safe:
 * every thread that sends uses the same one. It is called once per record, before the record is buffered, and must not block.
 */
@FunctionalInterface
public interface Partitioner {

    /**
     * The answer of a partitioner that leaves the choice to the producer. The producer then stays with one partition until
     * about a batch's worth of bytes went there, and goes on to another, preferring short queues (KIP-480, KIP-794).
     */
    int ANY = -1;

    /**
     * The partition of one record. An exception, or a number that is neither a partition of the topic nor {@link #ANY}, fails
     * that record with a {@link dev.ottla.errors.RecordException}.
     *
     * @param record the record as it was sent
     * @param key its serialized key, from position to limit; null if it has none. Valid during the call, not to be changed
     * @param partitions what is known of the topic
     */
    int partition(ProducerRecord<?, ?> record, @Nullable ByteBuffer key, TopicPartitions partitions);

    /**
     * As {@link #partition(ProducerRecord, ByteBuffer, TopicPartitions)}, for one that also wants to know how long the serialized
     * value is. The producer calls this one.
     *
     * @param valueBytes the length of the serialized value; 0 if it is null
     */
    default int partition(
            ProducerRecord<?, ?> record, @Nullable ByteBuffer key, int valueBytes, TopicPartitions partitions) {
        return partition(record, key, partitions);
    }

    /**
     * The partitioner for one topic, asked for once per topic before its first record. One that keeps no state per topic
     * returns itself.
     *
     * @param random a source of chance for this topic's partitioner, to be used during this call only
     */
    default Partitioner forTopic(String topic, RandomGenerator random) {
        return this;
    }
}
