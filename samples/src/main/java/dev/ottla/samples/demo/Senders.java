package dev.ottla.samples.demo;

import dev.ottla.KafkaClient;
import dev.ottla.errors.KafkaException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The two producers of the demo. Each runs in a thread of its own and enters in the ledger what the broker acknowledged. */
final class Senders {
    private final KafkaClient kafka;
    private final String topic;
    private final Ledger ledger;
    private volatile Duration syncTime = Duration.ZERO;
    private volatile Duration asyncTime = Duration.ZERO;

    Senders(KafkaClient kafka, String topic, Ledger ledger) {
        this.kafka = kafka;
        this.topic = topic;
        this.ledger = ledger;
    }

    private Producer<String, Integer> newProducer() {
        return Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.int32())
                .build();
    }

    /** How long the sync producer took. */
    Duration syncTime() {
        return syncTime;
    }

    /** How long the async producer was at work, until its records were acknowledged. */
    Duration asyncTime() {
        return asyncTime;
    }

    /** Sends the first records one by one, each after the one before was acknowledged. */
    void sendSync() {
        long startNanos = System.nanoTime();
        try (Producer<String, Integer> producer = newProducer()) {
            for (int number = 0; number < ledger.syncCount(); number++) {
                try {
                    RecordMetadata metadata = producer.sendSync(record(number));
                    ledger.onSent(number, metadata.partition(), metadata.offset());
                } catch (KafkaException e) {
                    ledger.onFailed();
                }
            }
        }
        syncTime = Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Sends the others as fast as they can be handed over, in as many parts as there are gates, each when its gate opens. */
    void sendAsync(CountDownLatch... gates) throws InterruptedException {
        try (Producer<String, Integer> producer = newProducer()) {
            int number = ledger.syncCount();
            int part = (ledger.recordCount() - number) / gates.length;
            for (int i = 0; i < gates.length; i++) {
                gates[i].await();
                long startNanos = System.nanoTime();
                int end = i == gates.length - 1 ? ledger.recordCount() : number + part;
                for (; number < end; number++) {
                    sendAsync(producer, number);
                }
                producer.flush();
                asyncTime = asyncTime.plusNanos(System.nanoTime() - startNanos);
            }
        }
    }

    private void sendAsync(Producer<String, Integer> producer, int number) {
        producer.send(record(number), (metadata, error) -> {
            if (metadata != null) {
                ledger.onSent(number, metadata.partition(), metadata.offset());
            } else {
                ledger.onFailed();
            }
        });
    }

    private ProducerRecord<String, Integer> record(int number) {
        return ProducerRecord.of(topic, ledger.key(number), number);
    }
}
