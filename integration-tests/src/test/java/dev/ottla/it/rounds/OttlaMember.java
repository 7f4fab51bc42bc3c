package dev.ottla.it.rounds;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.errors.KafkaException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.Done;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A member that is Ottla, with a client of its own. */
final class OttlaMember extends RoundsMember implements RebalanceListener {
    private final KafkaClient client;
    private final Consumer<String, String> consumer;

    OttlaMember(
            String bootstrapServers,
            String topic,
            Map<String, String> config,
            String name,
            History history,
            java.util.function.Consumer<Done> onDone) {
        super(config.getOrDefault("group.id", ""), name, history, onDone);
        client = KafkaClient.connect(bootstrapServers);
        consumer = Consumer.builder(client)
                .config(config)
                .topics(topic)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .rebalanceListener(this)
                .build();
    }

    @Override
    void poll() {
        try {
            consumer.poll(POLL)
                    .forEach(record ->
                            onDelivered(record.topicPartition(), record.offset(), String.valueOf(record.value())));
        } catch (KafkaException e) {
            if (!isKilled()) {
                throw e;
            }
        }
    }

    @Override
    void commit(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> asked = new HashMap<>();
        offsets.forEach((partition, offset) -> asked.put(partition, new OffsetAndMetadata(offset)));
        consumer.commit(asked);
    }

    @Override
    void close() {
        consumer.close(Duration.ofSeconds(5));
        client.close();
    }

    @Override
    void disconnect() {
        client.close();
    }

    @Override
    void abandon() {
        consumer.close(Duration.ZERO);
    }

    @Override
    public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
        onAssigned(partitions);
    }

    @Override
    public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
        onRevoked(partitions);
    }

    @Override
    public void onLost(Consumer<?, ?> same, Set<TopicPartition> partitions) {
        onLost(partitions);
    }
}
