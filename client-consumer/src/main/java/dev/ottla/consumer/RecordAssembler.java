package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.record.RecordCursor;
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
    private final PoisonRecords poison;
    private final RecordReader reader = new RecordReader();
    private final Map<TopicPartition, List<ConsumerRecord<K, V>>> byPartition = new LinkedHashMap<>();

    private TopicPartition partition = NOWHERE;
    private List<ConsumerRecord<K, V>> current = new ArrayList<>();
    private int leaderEpoch = FetchPosition.UNKNOWN_EPOCH;
    private OptionalInt leaderEpochIfKnown = OptionalInt.empty();
    private Deserializer<K> keyDeserializer;
    private Deserializer<V> valueDeserializer;

    RecordAssembler(
            TopicDeserializers<K> keyDeserializers, TopicDeserializers<V> valueDeserializers, PoisonRecords poison) {
        this.poison = poison;
        this.keyDeserializers = keyDeserializers;
        this.valueDeserializers = valueDeserializers;
        this.keyDeserializer = keyDeserializers.forAnyTopic();
        this.valueDeserializer = valueDeserializers.forAnyTopic();
    }

    Records<K, V> records(@Nullable GroupIdentity identity) {
        return new Records<>(byPartition, identity);
    }

    @Override
    public void begin(TopicPartition next, int recordsMax) {
        partition = next;
        current = new ArrayList<>(recordsMax);
        keyDeserializer = keyDeserializers.forTopic(next.topic());
        valueDeserializer = valueDeserializers.forTopic(next.topic());
    }

    @Override
    public void accept(RecordCursor record, int epoch) {
        if (epoch != leaderEpoch) {
            leaderEpoch = epoch;
            leaderEpochIfKnown = epoch >= 0 ? OptionalInt.of(epoch) : OptionalInt.empty();
        }
        K key;
        V value;
        try {
            key = reader.key(keyDeserializer, record, partition);
            value = reader.value(valueDeserializer, record, partition);
        } catch (RecordException e) {
            poison.onUnreadable(record, partition, e);
            return;
        }
        current.add(new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                key,
                value,
                record.headers(),
                leaderEpochIfKnown));
    }

    @Override
    public void keep() {
        if (!current.isEmpty()) {
            List<ConsumerRecord<K, V>> earlier = byPartition.putIfAbsent(partition, current);
            if (earlier != null) {
                earlier.addAll(current);
            }
        }
    }

    @Override
    public void drop() {
        current = new ArrayList<>();
    }
}
