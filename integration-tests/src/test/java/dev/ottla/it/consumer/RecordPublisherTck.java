package dev.ottla.it.consumer;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.RecordPublisher;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The Reactive Streams TCK for publishers, over those that applications get: each a member of a group of its own, on a cluster in
 * memory. Run by {@link RecordPublisherTest}.
 */
public class RecordPublisherTck extends FlowPublisherVerification<OpenRecord<String, String>> {
    /** More than any subscriber of the TCK takes. */
    private static final long MANY = 200;

    private static final long TIMEOUT_MILLIS = 20_000;
    private static final long NO_SIGNAL_MILLIS = 30;
    private static final Duration SOON = Duration.ofSeconds(10);

    /** By how many records each has. */
    private final Map<Long, String> topics = new HashMap<>();

    private FakeKafka kafka;
    private KafkaClient client;
    private OfficialClient official;

    public RecordPublisherTck() {
        super(new TestEnvironment(TIMEOUT_MILLIS, NO_SIGNAL_MILLIS, NO_SIGNAL_MILLIS));
    }

    @BeforeClass
    public void start() {
        kafka = FakeKafka.start();
        client = KafkaClient.connect(kafka.bootstrapServers());
        official = new OfficialClient(kafka.bootstrapServers());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        client.close();
        kafka.close();
    }

    private String topic(long records) {
        String topic = official.createTopic(1);
        official.produce(topic, 0, 0, (int) records);
        return topic;
    }

    private RecordPublisher<String, String> publisher(long records) {
        return Consumer.builder(client)
                .group("g-" + UUID.randomUUID())
                .topics(topics.computeIfAbsent(records, this::topic))
                .autoOffsetReset(AutoOffsetReset.earliest())
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .acknowledging()
                .publisher();
    }

    /** A topic has no end; so whoever wants one closes the publisher once it has published all that there is. */
    @Override
    public Flow.Publisher<OpenRecord<String, String>> createFlowPublisher(long elements) {
        RecordPublisher<String, String> publisher = publisher(Math.min(elements, MANY));
        if (elements == 0) {
            publisher.close(SOON);
        }
        return elements == 0 || elements > MANY
                ? publisher
                : subscriber ->
                        publisher.subscribe(subscriber == null ? null : new Ending(subscriber, elements, publisher));
    }

    /** This one is taken. */
    @Override
    public Flow.Publisher<OpenRecord<String, String>> createFailedFlowPublisher() {
        RecordPublisher<String, String> publisher = publisher(1);
        publisher.subscribe(new Idle());
        return publisher;
    }

    /** It gives the garbage collector 100 ms, too little beside other tests; the one over the class that keeps references has run it. */
    @Override
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber() {
        throw new SkipException("left to the test of DemandPublisher");
    }

    /** Hands every signal on as it is. */
    private static final class Ending implements Flow.Subscriber<OpenRecord<String, String>> {
        private final Flow.Subscriber<? super OpenRecord<String, String>> subscriber;
        private final AtomicLong left;
        private final RecordPublisher<String, String> publisher;

        Ending(
                Flow.Subscriber<? super OpenRecord<String, String>> subscriber,
                long elements,
                RecordPublisher<String, String> publisher) {
            this.subscriber = subscriber;
            this.left = new AtomicLong(elements);
            this.publisher = publisher;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(OpenRecord<String, String> record) {
            record.acknowledge();
            subscriber.onNext(record);
            if (left.decrementAndGet() == 0) {
                CompletableFuture.runAsync(() -> publisher.close(SOON));
            }
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }

    /** Wants nothing. */
    private static final class Idle implements Flow.Subscriber<OpenRecord<String, String>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(OpenRecord<String, String> record) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
