package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.serialization.ByteBufferSource;
import dev.ottla.serialization.Deserializer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes of one poll's records what the application asked for, on its own thread. Made for one poll. */
final class RecordAssembler<K, V> implements RecordSink {
    private static final TopicPartition NOWHERE = new TopicPartition("-", 0);

    private final TopicDeserializers<K> keyDeserializers;
    private final TopicDeserializers<V> valueDeserializers;
    private final ByteBufferSource source = new ByteBufferSource();
    private final Map<TopicPartition, List<ConsumerRecord<K, V>>> byPartition = new LinkedHashMap<>();

    private TopicPartition partition = NOWHERE;
    private List<ConsumerRecord<K, V>> current = new ArrayList<>();
    private @Nullable Deserializer<K> keyDeserializer;
    private @Nullable Deserializer<V> valueDeserializer;

    RecordAssembler(TopicDeserializers<K> keyDeserializers, TopicDeserializers<V> valueDeserializers) {
        this.keyDeserializers = keyDeserializers;
        this.valueDeserializers = valueDeserializers;
    }

    Records<K, V> records(@Nullable GroupIdentity identity) {
        return new Records<>(byPartition, identity);
    }

    @Override
    public void begin(TopicPartition next) {
        partition = next;
        current = new ArrayList<>();
        keyDeserializer = keyDeserializers.forTopic(next.topic());
        valueDeserializer = valueDeserializers.forTopic(next.topic());
    }

    @Override
    public void accept(RecordCursor record, int leaderEpoch) {
        K key = read("key", keyDeserializer, record, record.keyPosition(), record.keyLength());
        V value = read("value", valueDeserializer, record, record.valuePosition(), record.valueLength());
        current.add(new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                key,
                value,
                record.headers(),
                leaderEpoch >= 0 ? OptionalInt.of(leaderEpoch) : OptionalInt.empty()));
    }

    private <T> @Nullable T read(
            String what, @Nullable Deserializer<T> deserializer, RecordCursor record, int position, int length) {
        if (length < 0 || deserializer == null) {
            return null;
        }
        try {
            return deserializer.read(source.reset(record.bytes(), position, length));
        } catch (RuntimeException e) {
            throw new RecordException(
                    "The " + what + " of the record at offset " + record.offset() + " can't be deserialized: "
                            + e.getMessage(),
                    ErrorDetails.builder()
                            .topicPartition(partition)
                            .hint("Seek to offset " + (record.offset() + 1) + " to go on after it.")
                            .build(),
                    e);
        }
    }

    @Override
    public void keep() {
        if (!current.isEmpty()) {
            byPartition.computeIfAbsent(partition, key -> new ArrayList<>()).addAll(current);
        }
    }

    @Override
    public void drop() {
        current = new ArrayList<>();
    }
}
