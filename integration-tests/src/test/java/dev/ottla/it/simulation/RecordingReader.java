package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.errors.KafkaException;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.Paused;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import dev.ottla.testkit.history.HistoryEvent.Resumed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A consumer of assigned partitions, polled without waiting; what it hands out goes into the history. */
final class RecordingReader {
    private final String name;
    private final Consumer<String, String> consumer;
    private final History history;
    private final Map<TopicPartition, Long> next = new TreeMap<>();
    private boolean isClosed;

    RecordingReader(String name, Consumer<String, String> consumer, History history) {
        this.name = name;
        this.consumer = consumer;
        this.history = history;
    }

    /** What a poll reports it has left as it was: an application tells of it, and polls again. */
    void poll() {
        try {
            recordPoll();
        } catch (KafkaException reported) {
            history.add(new CallEnded(name, "poll, with " + reported.getClass().getSimpleName()));
        }
    }

    private void recordPoll() {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ZERO)) {
            TopicPartition partition = record.topicPartition();
            String value = String.valueOf(record.value());
            history.add(new Delivered(
                    name,
                    name,
                    partition,
                    record.offset(),
                    Simulation.nameOf(value),
                    Simulation.checksumOf(String.valueOf(record.key()), value)));
            history.add(new Done(name, name, partition, record.offset()));
            next.put(partition, record.offset() + 1);
        }
    }

    /** Goes back to somewhere before the position: what was read once is read again, and nothing is left out. */
    void seekBack(TopicPartition partition, double where) {
        long offset = (long) (next.getOrDefault(partition, 0L) * where);
        history.add(new Positioned(name, name, partition, offset));
        consumer.seek(partition, offset);
        next.put(partition, offset);
    }

    void pause(TopicPartition partition) {
        consumer.pause(List.of(partition));
        history.add(new Paused(name, name, partition));
    }

    void resume(TopicPartition partition) {
        consumer.resume(List.of(partition));
        history.add(new Resumed(name, name, partition));
    }

    boolean isAtEnd(Simulation simulation) {
        return consumer.assignment().stream()
                .allMatch(partition -> consumer.position(partition).orElse(0L) >= simulation.endOffset(partition));
    }

    boolean isClosed() {
        return isClosed;
    }

    void close() {
        isClosed = true;
        consumer.close(Duration.ofSeconds(5));
    }
}
