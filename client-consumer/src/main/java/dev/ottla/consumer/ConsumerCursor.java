package dev.ottla.consumer;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.InPlacePoll;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.serialization.Deserializer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The records of one poll, looked at one by one in the memory that they were received in; nothing is allocated per record, and
 * keys and values are deserialized only when they are asked for.
 *
 * <pre>{@code
 * try (ConsumerCursor<String, Order> records = consumer.pollCursor(Duration.ofSeconds(1))) {
 *     while (records.next()) {
 *         sum += records.value().amount();
 *     }
 * }
 * }</pre>
 *
 * <p>The accessors speak of the record that {@link #next} has moved to. Before the first record, after the last one, and once
 * the cursor is closed, they throw an {@link IllegalStateException}: the memory may be another record's by then.
 *
 * <p>To be used by the thread that polled, and to be closed by it before it polls again. Until then no other thread gets
 * records, and no rebalance takes partitions away.
 *
 * <p>The consumer's position moves on with {@link #next}, a batch at a time, and is exact once the cursor is closed:
 * {@link Consumer#commit()} then commits all records that were moved to.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class ConsumerCursor<K, V> implements AutoCloseable {
    private final @Nullable InPlacePoll poll;
    private final TopicDeserializers<K> keyDeserializers;
    private final TopicDeserializers<V> valueDeserializers;
    private final RecordReader reader = new RecordReader();
    private final RecordSlice keySlice = new RecordSlice(this, RecordSlice.Part.KEY);
    private final RecordSlice valueSlice = new RecordSlice(this, RecordSlice.Part.VALUE);
    private boolean atRecord;

    ConsumerCursor(
            @Nullable InPlacePoll poll,
            TopicDeserializers<K> keyDeserializers,
            TopicDeserializers<V> valueDeserializers) {
        this.poll = poll;
        this.keyDeserializers = keyDeserializers;
        this.valueDeserializers = valueDeserializers;
    }

    /**
     * Moves to the next record. Does not block.
     *
     * @return false after the last record of this poll
     */
    public boolean next() {
        atRecord = poll != null && poll.next();
        return atRecord;
    }

    private InPlacePoll atRecord() {
        if (!atRecord || poll == null) {
            throw new IllegalStateException(
                    poll == null || poll.isOpen()
                            ? "the cursor is not at a record: next() has not been called, or returned false"
                            : "the cursor is closed, and the memory of its records given back");
        }
        return poll;
    }

    /** The record itself, for as long as this cursor is at it. */
    RecordCursor record() {
        return atRecord().record();
    }

    /** Where the record was read from. */
    public TopicPartition topicPartition() {
        return atRecord().partition();
    }

    /** The record's place in the partition; offsets grow, but not always by one. */
    public long offset() {
        return record().offset();
    }

    /** Milliseconds since 1970-01-01T00:00Z, or -1 if the producer gave none. */
    public long timestamp() {
        return record().timestamp();
    }

    /** Who set the timestamp. */
    public TimestampType timestampType() {
        return record().timestampType();
    }

    /** The epoch of the leader that wrote the record (KIP-320), empty if unknown. */
    public OptionalInt leaderEpoch() {
        int epoch = atRecord().leaderEpoch();
        return epoch >= 0 ? OptionalInt.of(epoch) : OptionalInt.empty();
    }

    /**
     * The key, deserialized by this call; null if the record has none.
     *
     * @throws dev.ottla.errors.RecordException if the deserializer fails; the cursor can go on to the next record
     */
    public @Nullable K key() {
        TopicPartition partition = topicPartition();
        return reader.key(keyDeserializers.forTopic(partition.topic()), record(), partition);
    }

    /**
     * The value, deserialized by this call; null for a tombstone.
     *
     * @throws dev.ottla.errors.RecordException if the deserializer fails; the cursor can go on to the next record
     */
    public @Nullable V value() {
        return value(valueDeserializers.forTopic(topicPartition().topic()));
    }

    /**
     * The value, deserialized by this call with another deserializer than the consumer's; null for a tombstone.
     *
     * @throws dev.ottla.errors.RecordException if the deserializer fails; the cursor can go on to the next record
     */
    public <T> @Nullable T value(Deserializer<T> deserializer) {
        return reader.value(deserializer, record(), topicPartition());
    }

    /** The bytes of the key, in place. Always the same object, which follows the cursor; copy what must stay. */
    public RecordSlice keySlice() {
        return keySlice;
    }

    /** The bytes of the value, in place. Always the same object, which follows the cursor; copy what must stay. */
    public RecordSlice valueSlice() {
        return valueSlice;
    }

    /** How many headers the record has; they are not looked at. */
    public int headerCount() {
        return record().headerCount();
    }

    /** The headers, copied by this call; may be empty. */
    public Headers headers() {
        return record().headers();
    }

    /**
     * A copy of the record, deserialized, that stays valid.
     *
     * @throws dev.ottla.errors.RecordException if a deserializer fails; the cursor can go on to the next record
     */
    public ConsumerRecord<K, V> toRecord() {
        TopicPartition partition = topicPartition();
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset(),
                timestamp(),
                timestampType(),
                key(),
                value(),
                headers(),
                leaderEpoch());
    }

    /** Gives the memory back. The next poll goes on after the last record that was moved to. Closing twice does nothing. */
    @Override
    public void close() {
        atRecord = false;
        if (poll != null) {
            poll.close();
        }
    }
}
