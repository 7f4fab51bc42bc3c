package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.ByteBufferSource;
import dev.ottla.serialization.Deserializer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes of records as they were read what the application asked for. Thread-safe. */
final class RecordDecoder<K, V> {
    private final TopicDeserializers<K> keys;
    private final TopicDeserializers<V> values;

    RecordDecoder(TopicDeserializers<K> keys, TopicDeserializers<V> values) {
        this.keys = keys;
        this.values = values;
    }

    /** Throws a {@link RecordException} if a deserializer fails. */
    ConsumerRecord<K, V> decode(ConsumerRecord<byte[], byte[]> raw) {
        return new ConsumerRecord<>(
                raw.topic(),
                raw.partition(),
                raw.offset(),
                raw.timestamp(),
                raw.timestampType(),
                decode(keys.forTopic(raw.topic()), raw.key(), raw, "key"),
                decode(values.forTopic(raw.topic()), raw.value(), raw, "value"),
                raw.headers(),
                raw.leaderEpoch());
    }

    private static <T> @Nullable T decode(
            Deserializer<T> deserializer, byte @Nullable [] bytes, ConsumerRecord<byte[], byte[]> record, String what) {
        if (bytes == null) {
            return null;
        }
        try {
            return deserializer.read(new ByteBufferSource().reset(ByteBuffer.wrap(bytes), 0, bytes.length));
        } catch (RuntimeException | Error e) {
            if (!isOfTheRecord(e)) {
                throw e;
            }
            throw unreadable(what, record.offset(), record.topicPartition(), e);
        }
    }

    /**
     * Whether a failure says something of the record, as a stack overflow by deep nesting does; not that memory has run out, or
     * that a class can't be loaded, which would be the same with any other.
     */
    static boolean isOfTheRecord(Throwable failure) {
        boolean ofTheMachine = failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
        return !ofTheMachine && !(failure instanceof LinkageError);
    }

    static RecordException unreadable(String what, long offset, TopicPartition partition, Throwable cause) {
        return new RecordException(
                "The " + what + " of the record at offset " + offset + " can't be deserialized: " + cause.getMessage(),
                ErrorDetails.builder()
                        .topicPartition(partition)
                        .hint("Seek to offset " + (offset + 1) + " to go on after it.")
                        .build(),
                cause);
    }
}
