package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.config.Acks;
import dev.ottla.config.Compression;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Sends 100,000 records without waiting, and counts the acknowledgements. Arguments: bootstrap servers, topic. */
public final class AsyncProducerSample {
    private static final int RECORDS = 100_000;

    private AsyncProducerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        AtomicLong acked = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Producer<String, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .acks(Acks.ALL)
                        .linger(Duration.ofMillis(5))
                        .compression(Compression.lz4())
                        .build()) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(ProducerRecord.of(args[1], "key-" + i % 1_000, "value-" + i), (metadata, error) -> {
                    if (error == null) {
                        acked.incrementAndGet();
                    } else {
                        failed.incrementAndGet();
                    }
                });
            }
            producer.flush();
        }
        System.out.println(acked + " records acknowledged, " + failed + " failed");
    }
}
