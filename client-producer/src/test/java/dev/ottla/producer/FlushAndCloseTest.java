package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.serialization.Serializer;
import dev.ottla.serialization.Serializers;
import dev.ottla.serialization.Sink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlushAndCloseTest {
    private static final Duration LINGER = Duration.ofMinutes(1);

    private static ProducerHarness lingering() {
        return new ProducerHarness(options -> options.linger(LINGER), false, Backpressure.fail());
    }

    private static CompletableFuture<Void> inBackground(Runnable blocking) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                blocking.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    @Test
    void should_send_at_once_what_was_sent_before_a_flush() throws Exception {
        // given
        ProducerHarness harness = lingering();
        harness.network.answersAtOnce = ErrorCode.NONE;
        CompletableFuture<RecordMetadata> known = harness.send(0, "known topic");
        CompletableFuture<RecordMetadata> unknown = harness.producer.send(ProducerRecord.of("u", "unknown topic"));
        harness.network.topics.create("u", 2);

        // when
        CompletableFuture<Void> flushed = inBackground(harness.producer::flush);
        while (!flushed.isDone()) {
            harness.runtime.advance(Duration.ofMillis(1));
        }

        // then
        assertThat(flushed).isCompleted();
        assertThat(known).isCompleted();
        assertThat(unknown).isCompleted();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_send_at_once_while_somebody_flushes_what_waited_for_its_topic() {
        // given
        ProducerHarness harness = lingering();
        harness.network.answersAtOnce = ErrorCode.NONE;
        CompletableFuture<RecordMetadata> known = harness.send(0, "known topic");
        harness.producer.send(ProducerRecord.of("u", "unknown topic"));
        harness.runtime.run();
        CompletableFuture<Void> flushed = harness.producer.pipeline().flush();
        harness.runtime.run();
        assertThat(known).as("its batch lingered, for which a timer was set").isCompleted();

        // when
        harness.network.topics.create("u", 1);
        harness.runtime.advance(LINGER.dividedBy(10));

        // then
        assertThat(flushed).isCompleted();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_return_from_flush_when_there_is_nothing() throws Exception {
        // given
        ProducerHarness harness = new ProducerHarness();

        // when
        harness.producer.flush();

        // then
        harness.assertMemoryIsBack();
    }

    @Test
    void should_return_from_flush_when_records_have_failed() {
        // given
        ProducerHarness harness = lingering();
        harness.network.answersAtOnce = ErrorCode.MESSAGE_TOO_LARGE;
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");

        // when
        CompletableFuture<Void> flushed = inBackground(harness.producer::flush);
        while (!flushed.isDone()) {
            harness.runtime.advance(Duration.ofMillis(1));
        }

        // then
        assertThat(flushed).isCompleted();
        assertThat(send).isCompletedExceptionally();
    }

    @Test
    void should_refuse_to_block_on_an_event_loop() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        List<Runnable> blocking =
                List.of(harness.producer::flush, () -> harness.producer.sendSync(ProducerRecord.of("t", "value")));

        for (Runnable call : blocking) {
            // when
            AtomicReference<RuntimeException> thrown = new AtomicReference<>();
            harness.cluster.homeLoop().execute(() -> {
                try {
                    call.run();
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
            });
            harness.runtime.run();

            // then
            assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void should_send_everything_before_it_is_closed() {
        // given
        ProducerHarness harness = lingering();
        harness.network.answersAtOnce = ErrorCode.NONE;
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");

        // when
        harness.cluster.homeLoop().execute(harness.producer::close);
        harness.runtime.run();

        // then
        assertThat(send).isCompleted();
        assertThatThrownBy(() -> harness.send(0, "late")).isInstanceOf(ClosedException.class);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_give_up_what_is_left_when_the_time_for_closing_is_up() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.idempotence(false)).warm();
        CompletableFuture<RecordMetadata> inFlight = harness.send(0, "in flight");
        harness.runtime.run();
        CompletableFuture<RecordMetadata> queued = harness.send(0, "queued");
        CompletableFuture<RecordMetadata> waiting = harness.producer.send(ProducerRecord.of("unknown", "waiting"));

        // when
        harness.cluster.homeLoop().execute(() -> harness.producer.close(Duration.ofSeconds(5)));
        harness.runtime.advance(Duration.ofSeconds(4));
        assertThat(inFlight).isNotDone();
        harness.runtime.advance(Duration.ofSeconds(2));

        // then
        assertThat(failureOf(inFlight)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(inFlight).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(queued).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(failureOf(waiting)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(waiting).outcome()).isEqualTo(Outcome.REJECTED);
        harness.assertMemoryIsBack();
        harness.network.next().ack();
        harness.runtime.advance(Duration.ofMinutes(5));
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_close_at_once_when_a_retry_waits() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();
        harness.network.next().answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.runtime.run();

        // when
        harness.cluster.homeLoop().execute(() -> harness.producer.close(Duration.ZERO));
        harness.runtime.run();

        // then
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_close_at_once_when_there_is_no_leader() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.network.topics.create("t", FakeTopics.NO_LEADER);
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.cluster.homeLoop().execute(() -> harness.producer.close(Duration.ZERO));
        harness.runtime.run();

        // then
        assertThat(failureOf(send)).isInstanceOf(ClosedException.class);
        harness.assertMemoryIsBack();
    }

    /** A serializer that lets something happen first. */
    private record Meanwhile(AtomicReference<Runnable> event) implements Serializer<String> {
        @Override
        public void write(String value, Sink sink) {
            event.get().run();
            Serializers.utf8().write(value, sink);
        }
    }

    @Test
    void should_refuse_what_was_being_serialized_when_it_was_closed() {
        // given
        ProducerHarness harness = new ProducerHarness();
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        RecordProducer<String, String> producer = harness.producer(new Meanwhile(meanwhile));
        CompletableFuture<RecordMetadata> waits = producer.send(ProducerRecord.of("u", "waits for its topic"));
        harness.producer.send(ProducerRecord.of("u", "of another producer, which goes on looking for the topic"));
        harness.runtime.run();

        // when
        meanwhile.set(() -> {
            harness.cluster.homeLoop().execute(() -> producer.close(Duration.ZERO));
            harness.runtime.run();
            harness.network.topics.create("u", 1);
            harness.runtime.advance(Duration.ofSeconds(10));
        });
        CompletableFuture<RecordMetadata> late = producer.send(ProducerRecord.of("u", "late"));
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(failureOf(waits)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(late)).isInstanceOf(ClosedException.class);
        assertThat(harness.network.next().values()).singleElement().asString().startsWith("of another producer");
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_do_nothing_when_closed_again() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.cluster.homeLoop().execute(harness.producer::close);
        harness.runtime.run();

        // when
        harness.producer.close();
        harness.producer.flush();

        // then
        assertThatThrownBy(() -> harness.producer.send(ProducerRecord.of("t", "value")))
                .isInstanceOf(ClosedException.class);
    }

    @Test
    void should_fail_everything_when_the_client_is_closed_first() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> inFlight = harness.send(0, "in flight");
        harness.runtime.run();
        CompletableFuture<RecordMetadata> queued = harness.send(0, "queued");
        CompletableFuture<RecordMetadata> waiting = harness.producer.send(ProducerRecord.of("unknown", "waiting"));

        // when
        harness.cluster.close(new ClosedException("The KafkaClient was closed.", null));
        harness.runtime.run();

        // then
        assertThat(failureOf(inFlight).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(List.<KafkaException>of(failureOf(inFlight), failureOf(queued), failureOf(waiting)))
                .allMatch(ClosedException.class::isInstance);
        harness.producer.close();
        harness.assertMemoryIsBack();
    }

    static List<Throwable> thrownByCallbacks() {
        return List.of(new IllegalArgumentException("on purpose"), new AssertionError("on purpose"));
    }

    @ParameterizedTest
    @MethodSource("thrownByCallbacks")
    void should_keep_working_when_a_callback_throws(Throwable thrown) {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.producer.send(ProducerRecord.<String, String>of("t", "bad").partition(0), (metadata, error) -> {
            throwAny(thrown);
        });

        // when
        CompletableFuture<RecordMetadata> next = harness.send(0, "next");
        harness.runtime.run();

        // then
        assertThat(next).isCompleted();
        assertThat(harness.producer.pipeline().flush()).isCompleted();
    }

    private static void throwAny(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @Test
    void should_give_one_result_per_record() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.network.answersAtOnce = ErrorCode.NONE;

        // when
        CompletableFuture<List<SendResult<String, String>>> all = harness.producer.sendAll(List.of(
                ProducerRecord.<String, String>of("t", "good").partition(0),
                ProducerRecord.<String, String>of("t", "bad").partition(77),
                ProducerRecord.<String, String>of("t", "good").partition(1)));
        harness.runtime.run();

        // then
        assertThat(all.join()).extracting(SendResult::isAcked).containsExactly(true, false, true);
        assertThat(all.join().get(1).error()).hasMessageContaining("Partition 77");
    }
}
