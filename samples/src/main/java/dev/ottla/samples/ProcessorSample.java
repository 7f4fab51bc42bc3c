package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.FailurePolicy;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.Retries;
import dev.ottla.serialization.Deserializers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has a handler called for each record of a topic, up to 64 at once, those with the same key in their order, until so many are
 * handled. Failed records are tried three times, then left out. Arguments: bootstrap servers, topic, group, number of records.
 */
public final class ProcessorSample {
    private ProcessorSample() {}

    /** Runs the sample. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(Integer.parseInt(args[3]));
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Processor processor = Consumer.builder(kafka)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .group(args[2])
                        .topics(args[1])
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .processor()
                        .ordering(Ordering.KEY)
                        .concurrency(64)
                        .retries(Retries.atMost(3))
                        .onFailure(FailurePolicy.skip())
                        .start(record -> {
                            System.out.println(record.key() + " = " + record.value());
                            left.countDown();
                        })) {
            boolean handledAll = left.await(1, TimeUnit.MINUTES);
            System.out.println(handledAll ? "all handled" : "open: " + processor.openRecords());
        }
    }
}
