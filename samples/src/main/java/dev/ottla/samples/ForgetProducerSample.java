package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends 1,001 records and waits for none: batches are counted as they are acknowledged, and whatever fails comes to one
 * listener. One record is too large. Arguments: bootstrap servers, topic.
 */
public final class ForgetProducerSample {
    private static final int RECORDS = 1_000;
    private static final int TOO_LARGE_BYTES = 2 << 20;

    private ForgetProducerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        AtomicLong acked = new AtomicLong();
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Producer<Void, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.none())
                        .valueSerializer(Serializers.utf8())
                        .failureListener(error -> System.out.println("failed: " + error.outcome()))
                        .batchListener(batch -> acked.addAndGet(batch.isAcked() ? batch.recordCount() : 0))
                        .build()) {
            for (int i = 0; i < RECORDS; i++) {
                producer.sendAndForget(ProducerRecord.of(args[1], "value-" + i));
            }
            producer.sendAndForget(ProducerRecord.of(args[1], "x".repeat(TOO_LARGE_BYTES)));
        }
        System.out.println(acked + " records acknowledged");
    }
}
