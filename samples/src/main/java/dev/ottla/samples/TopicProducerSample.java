package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.producer.TopicProducer;
import dev.ottla.serialization.Serializers;
import java.util.concurrent.CompletableFuture;

/** Sends two records to a topic that is looked up once, and prints their places. Arguments: bootstrap servers, topic. */
public final class TopicProducerSample {
    private TopicProducerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Producer<String, Long> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.int64())
                        .build()) {
            TopicProducer<String, Long> counts = producer.topic(args[1]);
            var first = counts.send("visits", 1L);
            var second = counts.send("visits", 2L);
            CompletableFuture.allOf(first, second).join();
            System.out.println(first.join());
            System.out.println(second.join());
        }
    }
}
