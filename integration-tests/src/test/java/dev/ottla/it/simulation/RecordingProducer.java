package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.ProducerClosed;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A producer whose sends and their ends go into the history, each with max.block.ms plus delivery.timeout.ms as its deadline. */
final class RecordingProducer {
    private final String name;
    private final Producer<String, String> producer;
    private final History history;
    private final Duration deadline;
    private int sent;
    private int ended;

    RecordingProducer(String name, Producer<String, String> producer, History history, Duration deadline) {
        this.name = name;
        this.producer = producer;
        this.history = history;
        this.deadline = deadline;
    }

    void send(TopicPartition partition, int bytes) {
        String recordName = name + "/" + sent;
        String key = Integer.toString(sent);
        String value = recordName + "|" + "x".repeat(bytes);
        history.add(new SendInvoked(name, recordName, partition, Simulation.checksumOf(key, value), deadline));
        sent++;
        producer.send(
                ProducerRecord.of(partition.topic(), key, value).partition(partition.partition()),
                (metadata, error) -> onEnd(recordName, metadata, error));
    }

    private void onEnd(String recordName, @Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        ended++;
        if (metadata != null) {
            history.add(new SendAcked(name, recordName, metadata.topicPartition(), metadata.offset()));
        } else if (error != null && error.outcome() == Outcome.REJECTED) {
            history.add(new SendRejected(name, recordName, String.valueOf(error.getMessage())));
        } else if (error != null) {
            history.add(new SendUnknown(name, recordName, String.valueOf(error.getMessage())));
        }
    }

    boolean hasEnded() {
        return ended >= sent;
    }

    Producer<String, String> producer() {
        return producer;
    }

    /** How many sends have not ended. */
    int unanswered() {
        return sent - ended;
    }

    void close(Duration timeout) {
        history.add(new CallBegan(name, "close", timeout));
        producer.close(timeout);
        history.add(new CallEnded(name, "close"));
        history.add(new ProducerClosed(name));
    }
}
