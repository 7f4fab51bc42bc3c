package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Serializers;

/** Sends ten records, waiting for each: the simplest way, and the slowest. Arguments: bootstrap servers, topic. */
public final class SyncProducerSample {
    private SyncProducerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Producer<String, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            for (int i = 0; i < 10; i++) {
                RecordMetadata metadata = producer.sendSync(ProducerRecord.of(args[1], "key-" + i, "value-" + i));
                System.out.println("record " + i + " is at " + metadata);
            }
        }
    }
}
