package dev.ottla.it.scenario;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.errors.KafkaException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.history.HistoryEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A member of a group that reads, is done with what it reads at once, commits after every poll, and tells about all of it.
 * Runs on the thread that calls {@link #run}.
 */
final class RecordedMember implements RebalanceListener {
    /** The least that a broker grants. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(500);

    private final GroupMode mode;
    private final java.util.function.Consumer<HistoryEvent> told;
    private final String group;
    private final String name;
    private int commits;

    /**
     * @param told is called for every event, and returns when it is recorded
     */
    RecordedMember(GroupMode mode, String group, String name, java.util.function.Consumer<HistoryEvent> told) {
        this.mode = mode;
        this.group = group;
        this.name = name;
        this.told = told;
    }

    /** Reads until it is over, and leaves the group. */
    void run(KafkaClient client, String topic, BooleanSupplier isOver) {
        try (Consumer<String, String> consumer = Consumer.builder(client)
                .group(group)
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .groupProtocol(mode.protocol())
                .isolationLevel(mode.isolation())
                .sessionTimeout(SESSION_TIMEOUT)
                .heartbeatInterval(HEARTBEAT_INTERVAL)
                .rebalanceListener(this)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            while (!isOver.getAsBoolean()) {
                commit(consumer, poll(consumer));
            }
        }
        told.accept(new HistoryEvent.MemberClosed(group, name));
    }

    private Map<TopicPartition, Long> poll(Consumer<String, String> consumer) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50))) {
            TopicPartition partition = record.topicPartition();
            long checksum = RecordedLoad.checksum(record.value());
            told.accept(new HistoryEvent.Delivered(group, name, partition, record.offset(), record.value(), checksum));
            told.accept(new HistoryEvent.Done(group, name, partition, record.offset()));
            next.put(partition, record.offset() + 1);
        }
        return next;
    }

    private void commit(Consumer<String, String> consumer, Map<TopicPartition, Long> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        int number = ++commits;
        told.accept(new HistoryEvent.CommitInvoked(group, name, number, Map.copyOf(offsets)));
        Map<TopicPartition, OffsetAndMetadata> asked = new HashMap<>();
        offsets.forEach((partition, offset) -> asked.put(partition, new OffsetAndMetadata(offset)));
        try {
            consumer.commit(asked);
            told.accept(new HistoryEvent.CommitOk(group, name, number));
        } catch (KafkaException e) {
            told.accept(new HistoryEvent.CommitFailed(group, name, number, e.toString()));
        }
    }

    @Override
    public void onAssigned(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
        told.accept(new HistoryEvent.Assigned(group, name, Set.copyOf(partitions)));
    }

    @Override
    public void onRevoking(Consumer<?, ?> consumer, Set<TopicPartition> partitions, Duration remaining) {
        told.accept(new HistoryEvent.Revoked(group, name, Set.copyOf(partitions)));
    }

    @Override
    public void onLost(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
        told.accept(new HistoryEvent.Lost(group, name, Set.copyOf(partitions)));
    }
}
