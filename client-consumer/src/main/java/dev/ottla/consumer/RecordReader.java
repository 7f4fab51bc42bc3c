package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.serialization.ByteBufferSource;
import dev.ottla.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Has keys and values deserialized where they lie, and says of which record it was that this failed. Used by one thread. */
final class RecordReader {
    private final ByteBufferSource source = new ByteBufferSource();

    <T> @Nullable T key(Deserializer<T> deserializer, RecordCursor record, TopicPartition partition) {
        return record.keyLength() < 0
                ? null
                : read(deserializer, record, record.keyPosition(), record.keyLength(), "key", partition);
    }

    <T> @Nullable T value(Deserializer<T> deserializer, RecordCursor record, TopicPartition partition) {
        return record.valueLength() < 0
                ? null
                : read(deserializer, record, record.valuePosition(), record.valueLength(), "value", partition);
    }

    private <T> T read(
            Deserializer<T> deserializer,
            RecordCursor record,
            int position,
            int length,
            String what,
            TopicPartition partition) {
        try {
            return deserializer.read(source.reset(record.bytes(), position, length));
        } catch (RuntimeException | Error e) {
            if (!RecordDecoder.isOfTheRecord(e)) {
                throw e;
            }
            throw RecordDecoder.unreadable(what, record.offset(), partition, e);
        }
    }
}
