package dev.ottla.samples.demo;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Rebalance;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** One member of the group: polls, enters what it reads in the ledger, commits; until it is told to stop. */
final class DemoConsumer implements Runnable, RebalanceListener {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

    private final String name;
    private final Ledger ledger;
    private final Events events;
    private final Consumer<String, Integer> consumer;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean stopping;

    DemoConsumer(String name, KafkaClient kafka, String topic, Ledger ledger, Events events) {
        this.name = name;
        this.ledger = ledger;
        this.events = events;
        this.consumer = Consumer.builder(kafka)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.int32())
                .group("demo")
                .topics(topic)
                .autoOffsetReset(dev.ottla.config.AutoOffsetReset.EARLIEST)
                .rebalanceListener(this)
                .build();
    }

    String name() {
        return name;
    }

    long received() {
        return received.get();
    }

    @Override
    public void run() {
        try (consumer) {
            while (!stopping) {
                Records<String, Integer> records = consumer.poll(POLL_TIMEOUT);
                for (ConsumerRecord<String, Integer> record : records) {
                    ledger.onReceived(record.value(), record.partition(), record.offset());
                    received.incrementAndGet();
                }
                if (!records.isEmpty()) {
                    consumer.commit(records);
                }
            }
        }
        events.add(name + " has left the group");
    }

    void stop() {
        stopping = true;
        consumer.wakeup();
    }

    @Override
    public void onAssigned(Rebalance rebalance, Set<TopicPartition> partitions) {
        events.add(name + " was assigned " + numbers(partitions));
    }

    @Override
    public void onRevoking(Rebalance rebalance, Set<TopicPartition> partitions) {
        events.add(name + " gives back " + numbers(partitions));
    }

    private static String numbers(Set<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList().toString();
    }
}
