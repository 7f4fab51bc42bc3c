package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.RecordPublisher;
import dev.ottla.serialization.Deserializers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * Subscribes to a topic as a {@link Flow.Publisher}, asking for so many records and getting no more. Arguments:
 * bootstrap servers, topic, group, number of records.
 */
public final class PublisherSample {
    private PublisherSample() {}

    /** Runs the sample. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(Integer.parseInt(args[3]));
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                RecordPublisher<String, String> publisher = Consumer.builder(kafka)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .group(args[2])
                        .topics(args[1])
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .acknowledging()
                        .publisher()) {
            publisher.subscribe(new Printing(left));
            boolean allCame = left.await(1, TimeUnit.MINUTES);
            System.out.println(allCame ? "all came" : left.getCount() + " are missing");
        }
    }

    private static final class Printing implements Flow.Subscriber<OpenRecord<String, String>> {
        private final CountDownLatch left;

        private Printing(CountDownLatch left) {
            this.left = left;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(left.getCount());
        }

        @Override
        public void onNext(OpenRecord<String, String> record) {
            System.out.println(record.record().key() + " = " + record.record().value());
            record.acknowledge();
            left.countDown();
        }

        @Override
        public void onError(Throwable failure) {
            System.out.println("reading ended: " + failure.getMessage());
        }

        @Override
        public void onComplete() {
            System.out.println("completed");
        }
    }
}
