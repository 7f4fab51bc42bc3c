package dev.ottla.it.scenario;

import dev.ottla.producer.Producer;
import java.util.concurrent.CompletableFuture;

/** A producer of any client, as far as a load needs one. Thread-safe. */
@FunctionalInterface
interface RecordSender {
    /** Sends a value; the result is the offset that it was acknowledged with. */
    CompletableFuture<Long> send(String topic, int partition, String value);

    /** By Ottla. */
    static RecordSender of(Producer<String, String> producer) {
        return (topic, partition, value) -> producer.send(
                        dev.ottla.producer.ProducerRecord.<String, String>of(topic, value)
                                .partition(partition))
                .thenApply(metadata -> metadata.offset());
    }

    /** By kafka-clients. */
    static RecordSender of(org.apache.kafka.clients.producer.Producer<String, String> producer) {
        return (topic, partition, value) -> {
            CompletableFuture<Long> acknowledged = new CompletableFuture<>();
            producer.send(
                    new org.apache.kafka.clients.producer.ProducerRecord<>(topic, partition, null, value),
                    (metadata, failure) -> {
                        if (failure == null) {
                            acknowledged.complete(metadata.offset());
                        } else {
                            acknowledged.completeExceptionally(failure);
                        }
                    });
            return acknowledged;
        };
    }
}
