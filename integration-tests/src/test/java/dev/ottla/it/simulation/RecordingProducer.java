package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerMemory;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.LeftOver;
import dev.ottla.testkit.history.HistoryEvent.ProducerClosed;
import java.time.Duration;

/** A producer whose sends and their ends go into the history, each with max.block.ms plus delivery.timeout.ms as its deadline. */
final class RecordingProducer {
    private final String name;
    private final Producer<String, String> producer;
    private final History history;
    private final RecordedSends sends;

    RecordingProducer(String name, Producer<String, String> producer, History history, Duration deadline) {
        this.name = name;
        this.producer = producer;
        this.history = history;
        this.sends = new RecordedSends(name, history::add, deadline);
    }

    void send(TopicPartition partition, int bytes) {
        send(Integer.toString(sends.sent()), partition, bytes);
    }

    /** With a key that others may have too. */
    void send(String key, TopicPartition partition, int bytes) {
        String recordName = name + "/" + sends.sent();
        producer.send(
                sends.invoke(recordName, key, partition, bytes),
                (metadata, error) -> sends.onEnd(recordName, metadata, error));
    }

    boolean hasEnded() {
        return sends.haveEnded();
    }

    Producer<String, String> producer() {
        return producer;
    }

    /** How many sends have not ended. */
    int unanswered() {
        return sends.unanswered();
    }

    /** How much memory is still in use when all is closed. */
    void recordMemory() {
        history.add(new LeftOver(name, "bytes of records", ProducerMemory.usedBytes(producer)));
    }

    void close(Duration timeout) {
        history.add(new CallBegan(name, "close", timeout));
        producer.close(timeout);
        history.add(new CallEnded(name, "close"));
        history.add(new ProducerClosed(name));
    }
}
