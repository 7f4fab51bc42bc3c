package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.SecretGiven;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one producer's sends and their ends into the history. */
final class RecordedSends {
    /** What records are about: nobody but their readers may see it. */
    private static final String CONTENT = "classified";

    private final String producer;
    private final Consumer<HistoryEvent> history;
    private final Duration deadline;
    private int sent;
    private int ended;

    /** With the time that a send may take; zero if that is not checked. */
    RecordedSends(String producer, Consumer<HistoryEvent> history, Duration deadline) {
        this.producer = producer;
        this.history = history;
        this.deadline = deadline;
        history.accept(new SecretGiven(producer, CONTENT));
    }

    int sent() {
        return sent;
    }

    boolean haveEnded() {
        return ended >= sent;
    }

    /** How many have not ended. */
    int unanswered() {
        return sent - ended;
    }

    /** The record of this name, which is about to be sent. */
    ProducerRecord<String, String> invoke(String recordName, TopicPartition partition, int bytes) {
        return invoke(recordName, Integer.toString(sent), partition, bytes);
    }

    /** As {@link #invoke(String, TopicPartition, int)}, with this key. */
    ProducerRecord<String, String> invoke(String recordName, String key, TopicPartition partition, int bytes) {
        String value =
                recordName + "|" + CONTENT.repeat(bytes / CONTENT.length() + 1).substring(0, bytes);
        history.accept(new SendInvoked(producer, recordName, partition, Simulation.checksumOf(key, value), deadline));
        sent++;
        return ProducerRecord.of(partition.topic(), key, value).partition(partition.partition());
    }

    /** The send's callback. */
    void onEnd(String recordName, @Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        ended++;
        if (metadata != null) {
            history.accept(new SendAcked(producer, recordName, metadata.topicPartition(), metadata.offset()));
        } else if (error != null && error.outcome() == Outcome.REJECTED) {
            history.accept(new SendRejected(producer, recordName, String.valueOf(error.getMessage())));
        } else if (error != null) {
            history.accept(new SendUnknown(producer, recordName, String.valueOf(error.getMessage())));
        }
    }

    /** The call to send has thrown. */
    void onRefused(String recordName, RuntimeException refusal) {
        ended++;
        history.accept(new SendRejected(producer, recordName, String.valueOf(refusal.getMessage())));
    }
}
