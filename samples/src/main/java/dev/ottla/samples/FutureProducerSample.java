package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends three records, each with a future, and prints how each ended. Arguments: bootstrap servers, topic. */
public final class FutureProducerSample {
    private static final int RECORDS = 3;

    private FutureProducerSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Producer<String, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            List<CompletableFuture<String>> ends = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                ends.add(producer.send(ProducerRecord.of(args[1], "order-" + i, "paid"))
                        .handle(FutureProducerSample::describe));
            }
            ends.forEach(end -> System.out.println(end.join()));
        }
    }

    private static String describe(@Nullable RecordMetadata metadata, @Nullable Throwable error) {
        if (error instanceof KafkaException failure) {
            return failure.outcome() == Outcome.UNKNOWN
                    ? "perhaps written: " + failure.getMessage()
                    : "not written: " + failure.getMessage();
        }
        return "written: " + metadata;
    }
}
