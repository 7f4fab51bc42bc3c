package dev.ottla.it.rounds;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.Done;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member that is kafka-clients. */
final class OfficialMember extends RoundsMember implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, String> consumer;

    OfficialMember(
            String bootstrapServers,
            String topic,
            Map<String, String> config,
            String name,
            History history,
            Consumer<Done> onDone) {
        super(config.getOrDefault("group.id", ""), name, history, onDone);
        Map<String, Object> all = new HashMap<>(config);
        all.put("bootstrap.servers", bootstrapServers);
        consumer = new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(topic), this);
    }

    @Override
    void poll() {
        consumer.poll(POLL)
                .forEach(record -> onDelivered(
                        new TopicPartition(record.topic(), record.partition()), record.offset(), record.value()));
    }

    @Override
    void commit(Map<TopicPartition, Long> offsets) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> asked = new HashMap<>();
        offsets.forEach((partition, offset) -> asked.put(
                new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition()),
                new OffsetAndMetadata(offset)));
        consumer.commitSync(asked);
    }

    @Override
    void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
    }

    /** Only its own thread may call it. */
    @Override
    void disconnect() {}

    @Override
    void abandon() {
        consumer.close(CloseOptions.timeout(Duration.ZERO)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
    }

    private static Set<TopicPartition> ours(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        return partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .collect(Collectors.toSet());
    }

    @Override
    public void onPartitionsAssigned(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        onAssigned(ours(partitions));
    }

    @Override
    public void onPartitionsRevoked(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        onRevoked(ours(partitions));
    }

    @Override
    public void onPartitionsLost(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        onLost(ours(partitions));
    }
}
