package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerCursor;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.RecordPublisher;
import dev.ottla.consumer.Retries;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whichever way an application reads, the log names the record that it does not get done with. */
@Timeout(60)
class StuckRecordTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration STUCK_AFTER = Duration.ofMillis(200);

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private final PrintStream err = System.err;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final CountDownLatch end = new CountDownLatch(1);
    private String topic;

    @BeforeEach
    void listen() {
        topic = GROUP.topic(1, 1);
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void printWhatWasHeard() {
        System.setErr(err);
        err.print(logged.toString(StandardCharsets.UTF_8));
    }

    /** The age, on either side of topic, partition and offset. */
    private void assertNamed(String what) {
        String place = "offset 0 of " + Pattern.quote(topic + "-0");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                logged.toString(StandardCharsets.UTF_8).lines())
                        .anyMatch(line -> line.matches(".*WARN.*(\\d+ s\\b.*" + place + "|" + place + ".*\\d+ s\\b).*")
                                && line.contains(what)));
    }

    @Test
    void should_name_what_a_poll_has_returned() {
        try (Consumer<String, String> consumer =
                GROUP.member(topic).stuckAfter(STUCK_AFTER).build()) {
            Polling.records(consumer, 1);

            assertNamed("has not polled");
        }
    }

    @Test
    void should_name_what_a_cursor_is_at() {
        try (Consumer<String, String> consumer =
                        GROUP.member(topic).stuckAfter(STUCK_AFTER).build();
                ConsumerCursor<String, String> cursor = consumer.pollCursor(PATIENCE)) {
            assertThat(cursor.next()).isTrue();

            assertNamed("has not polled");
        }
    }

    @Test
    void should_name_what_a_handler_is_at() {
        try (Processor processor =
                GROUP.member(topic).processor().stuckAfter(STUCK_AFTER).start(record -> end.await())) {
            assertNamed("not finished");
            assertThat(processor.openRecords()).isOne();
            end.countDown();
        }
    }

    @Test
    void should_name_what_a_handler_tries_again_and_again() {
        try (Processor processor = GROUP.member(topic)
                .processor()
                .stuckAfter(STUCK_AFTER)
                .retries(Retries.unlimited().backoff(Duration.ofMillis(1), Duration.ofMillis(20)))
                .start(record -> {
                    if (end.getCount() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                })) {
            assertNamed("not finished");
            assertThat(processor.ended()).isNotDone();
            end.countDown();
        }
    }

    @Test
    void should_name_what_was_fetched() {
        try (AcknowledgingConsumer<String, String> consumer =
                GROUP.member(topic).acknowledging().stuckAfter(STUCK_AFTER).build()) {
            OpenRecord<String, String> record = consumer.fetch(PATIENCE).orElseThrow();

            assertNamed("not acknowledged");
            record.acknowledge();
        }
    }

    @Test
    void should_name_what_was_published() {
        Published published = new Published();
        try (RecordPublisher<String, String> publisher =
                GROUP.member(topic).acknowledging().stuckAfter(STUCK_AFTER).publisher()) {
            publisher.subscribe(published);

            assertNamed("not acknowledged");
            published.record.acknowledge();
        }
    }

    /** Keeps the one record that it asks for. */
    private static final class Published implements Flow.Subscriber<OpenRecord<String, String>> {
        private volatile OpenRecord<String, String> record;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(OpenRecord<String, String> item) {
            record = item;
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
