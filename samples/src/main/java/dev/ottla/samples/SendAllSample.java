package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.SendResult;
import dev.ottla.serialization.Serializers;
import java.util.List;

/** Sends records together, one of which is too large, and prints a result for each. Arguments: bootstrap servers, topic. */
public final class SendAllSample {
    private static final int TOO_LARGE_BYTES = 2 << 20;

    private SendAllSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        List<ProducerRecord<String, String>> records = List.of(
                ProducerRecord.of(args[1], "a", "small"),
                ProducerRecord.of(args[1], "b", "x".repeat(TOO_LARGE_BYTES)),
                ProducerRecord.of(args[1], "c", "small too"));
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Producer<String, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            for (SendResult<String, String> result : producer.sendAll(records).join()) {
                System.out.println(result.record().key() + (result.isAcked() ? " is written" : " is not written"));
            }
        }
    }
}
