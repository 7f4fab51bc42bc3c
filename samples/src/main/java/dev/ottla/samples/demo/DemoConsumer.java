package dev.ottla.samples.demo;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** One member of the group: polls, enters what it reads in the ledger, commits; until it is told to stop. */
final class DemoConsumer implements Runnable {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

    private final String name;
    private final Ledger ledger;
    private final Progress progress;
    private final Consumer<String, Integer> consumer;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean assigned;
    private volatile boolean stopping;

    DemoConsumer(String name, KafkaClient kafka, String topic, Ledger ledger, Progress progress) {
        this.name = name;
        this.ledger = ledger;
        this.progress = progress;
        this.consumer = Consumer.builder(kafka)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.int32())
                .group("demo")
                .heartbeatInterval(Duration.ofMillis(500))
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .rebalanceListener(new Narrator())
                .build();
    }

    String name() {
        return name;
    }

    long received() {
        return received.get();
    }

    /** Whether a rebalance has given this member partitions to read. */
    boolean isAssigned() {
        return assigned;
    }

    @Override
    public void run() {
        try (consumer) {
            while (!stopping) {
                Records<String, Integer> records = consumer.poll(POLL_TIMEOUT);
                for (ConsumerRecord<String, Integer> record : records) {
                    ledger.onReceived(
                            Objects.requireNonNull(record.value()),
                            Objects.requireNonNull(record.key()),
                            record.partition(),
                            record.offset());
                }
                received.addAndGet(records.count());
                if (!records.isEmpty()) {
                    consumer.commit(records);
                }
            }
        }
        progress.say(name + " has left the group");
    }

    /** Leaves the group after the records at hand. */
    void stop() {
        stopping = true;
    }

    /** Tells what the rebalances do to this member. */
    private final class Narrator implements RebalanceListener {
        @Override
        public void onAssigned(Consumer<?, ?> member, Set<TopicPartition> partitions) {
            progress.say(name + " was assigned partitions " + numbers(partitions));
            assigned |= !partitions.isEmpty();
        }

        @Override
        public void onRevoking(Consumer<?, ?> member, Set<TopicPartition> partitions, Duration remaining) {
            progress.say(name + " gives back partitions " + numbers(partitions));
        }

        private String numbers(Set<TopicPartition> partitions) {
            return partitions.stream()
                    .map(TopicPartition::partition)
                    .sorted()
                    .toList()
                    .toString();
        }
    }
}
