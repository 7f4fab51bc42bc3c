package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.KafkaException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A thread that reads all partitions of a topic from their beginnings, and tells a history about each record. */
final class RecordedReader implements AutoCloseable {
    private static final String NAME = "reader";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final History history;
    private final KafkaClient client;
    private final IsolationLevel isolation;
    private final List<TopicPartition> partitions;
    private final Thread thread = new Thread(this::run, NAME);
    private final AtomicLong read = new AtomicLong();
    private final Queue<KafkaException> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    private RecordedReader(
            History history, KafkaClient client, IsolationLevel isolation, List<TopicPartition> partitions) {
        this.history = history;
        this.client = client;
        this.isolation = isolation;
        this.partitions = partitions;
    }

    /** Begins to read. */
    static RecordedReader start(History history, KafkaClient client, String topic, int partitions) {
        return start(history, client, IsolationLevel.READ_UNCOMMITTED, topic, partitions);
    }

    /** Begins to read what this level lets it see. */
    static RecordedReader start(
            History history, KafkaClient client, IsolationLevel isolation, String topic, int partitions) {
        RecordedReader reader = new RecordedReader(
                history,
                client,
                isolation,
                IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .toList());
        reader.thread.start();
        return reader;
    }

    private void run() {
        try (Consumer<String, String> consumer = Consumer.builder(client)
                .assign(partitions)
                .startAt(StartAt.earliest())
                .isolationLevel(isolation)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            partitions.forEach(partition -> history.add(new HistoryEvent.Positioned(NAME, NAME, partition, 0)));
            while (!isOver) {
                poll(consumer);
            }
        }
    }

    private void poll(Consumer<String, String> consumer) {
        try {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50))) {
                TopicPartition partition = record.topicPartition();
                history.add(new HistoryEvent.Delivered(
                        NAME, NAME, partition, record.offset(), record.value(), RecordedLoad.checksum(record.value())));
                history.add(new HistoryEvent.Done(NAME, NAME, partition, record.offset()));
                read.incrementAndGet();
            }
        } catch (KafkaException e) {
            failures.add(e);
            // A seek to where it is fetches anew what could not be read.
            partitions.forEach(
                    partition -> consumer.position(partition).ifPresent(offset -> consumer.seek(partition, offset)));
        }
    }

    /** Waits until so many records have been read in all. */
    void awaitRead(long count) {
        await().atMost(PATIENCE).until(() -> read.get() >= count || !thread.isAlive());
        assertThat(read.get()).isGreaterThanOrEqualTo(count);
    }

    /** What polls threw; each of them went on afterwards. */
    List<KafkaException> failures() {
        return List.copyOf(failures);
    }

    /** Reads no more. */
    @Override
    public void close() {
        isOver = true;
        await().atMost(PATIENCE).until(() -> !thread.isAlive());
    }
}
