package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static dev.ottla.producer.ProducerHarness.filler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ottla.config.Compression;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that are taken back: because somebody cancels them, or because a time of their own is up. */
class RevokedRecordTest {
    private static final Duration LINGER = Duration.ofMillis(100);

    /** Batches wait, so that there is something to be taken back. */
    private static ProducerHarness lingering(Compression compression) {
        ProducerHarness harness = new ProducerHarness(
                options -> options.linger(LINGER).compression(compression), false, Backpressure.fail());
        CompletableFuture<RecordMetadata> first = harness.send(0, "first");
        harness.runtime.advance(LINGER.multipliedBy(2));
        harness.network.next().ack();
        harness.runtime.run();
        assertThat(first).isCompleted();
        harness.completed.clear();
        return harness;
    }

    private static ProducerHarness lingering() {
        return lingering(Compression.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void should_send_the_others_of_a_batch_when_some_are_cancelled(String codec) {
        // given
        ProducerHarness harness = lingering(codec.equals("gzip") ? Compression.gzip() : Compression.none());
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            sends.add(harness.send(0, "record " + number));
        }

        // when
        List<Boolean> cancelled = IntStream.of(0, 2, 3)
                .mapToObj(number -> sends.get(number).cancel(false))
                .toList();
        harness.runtime.advance(LINGER);

        // then
        assertThat(cancelled).containsOnly(true);
        FakeProduce produce = harness.network.next();
        assertThat(produce.values()).containsExactly("record 1", "record 4", "record 5");
        produce.ack();
        harness.runtime.run();
        assertThat(sends.get(1).join().offset()).isEqualTo(FakeProduce.BASE_OFFSET);
        assertThat(sends.get(5).join().offset()).isEqualTo(FakeProduce.BASE_OFFSET + 2);
        assertThat(sends.get(2)).isCancelled();
        harness.assertMemoryIsBack();
        harness.close();
    }

    @Test
    void should_send_nothing_when_all_of_a_batch_are_cancelled_and_go_on() {
        // given
        ProducerHarness harness = lingering();
        List<CompletableFuture<RecordMetadata>> sends = List.of(harness.send(0, "a"), harness.send(0, "b"));
        CompletableFuture<RecordMetadata> other = harness.send(2, "of another partition");

        // when
        sends.forEach(send -> assertThat(send.cancel(false)).isTrue());
        harness.runtime.advance(LINGER);

        // then
        assertThat(harness.network.next().values()).containsExactly("of another partition");
        CompletableFuture<RecordMetadata> next = harness.send(0, "next");
        harness.runtime.advance(LINGER);
        assertThat(other).isNotDone();
        assertThat(harness.network.next().values()).containsExactly("next");
        assertThat(next).isNotDone();
    }

    @Test
    void should_not_count_what_was_taken_back_when_flushing() {
        // given
        ProducerHarness harness = lingering();
        CompletableFuture<RecordMetadata> send = harness.send(0, "a");

        // when
        assertThat(send.cancel(false)).isTrue();
        CompletableFuture<Void> flushed = harness.producer.pipeline().flush();
        harness.runtime.run();

        // then
        assertThat(flushed).isCompleted();
        assertThat(harness.network.requests).isEmpty();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_take_back_what_waits_behind_requests_in_flight() {
        // given
        ProducerHarness harness = new ProducerHarness(ProducerHarness.smallBatches()).warm();
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            sends.add(harness.send(0, filler(number)));
            harness.runtime.run();
        }

        // when
        List<Boolean> cancelled = sends.stream().map(send -> send.cancel(false)).toList();
        harness.network.answersAtOnce = ErrorCode.NONE;
        List.copyOf(harness.network.requests).forEach(FakeProduce::ack);
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(cancelled).containsExactly(false, false, false, false, false, true, true, true);
        assertThat(sends.subList(0, 5)).allMatch(send -> !send.isCompletedExceptionally() && send.isDone());
        assertThat(sends.subList(5, 8)).allMatch(CompletableFuture::isCancelled);
        assertThat(harness.network.answered).as("warm ups alone").isLessThanOrEqualTo(3);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_take_back_what_waits_for_its_topic() {
        // given
        ProducerHarness harness = new ProducerHarness();
        CompletableFuture<RecordMetadata> cancelled = harness.producer.send(ProducerRecord.of("later", "a"));
        CompletableFuture<RecordMetadata> kept = harness.producer.send(ProducerRecord.of("later", "b"));
        harness.runtime.run();

        // when
        assertThat(cancelled.cancel(false)).isTrue();
        harness.network.topics.create("later", 1);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(harness.network.next().values()).containsExactly("b");
        assertThat(kept).isNotDone();
    }

    @Test
    void should_reject_a_record_whose_own_time_is_up_before_it_was_sent() {
        // given
        ProducerHarness harness = lingering();
        List<KafkaException> heard = new ArrayList<>();
        ProducerRecord<String, String> urgent =
                ProducerRecord.<String, String>of("t", "urgent").partition(0).deliveryTimeout(LINGER.dividedBy(2));

        // when
        CompletableFuture<RecordMetadata> send = harness.producer.send(urgent);
        harness.producer.send(urgent, (metadata, error) -> heard.add(error));
        harness.send(0, "patient");
        harness.runtime.advance(LINGER);

        // then
        assertThat(failureOf(send))
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessageContaining("taken back")
                .extracting(KafkaException::outcome)
                .isEqualTo(Outcome.REJECTED);
        assertThat(heard).singleElement().extracting(KafkaException::outcome).isEqualTo(Outcome.REJECTED);
        assertThat(harness.network.next().values()).containsExactly("patient");
    }

    @Test
    void should_leave_it_open_when_its_own_time_is_up_while_it_is_in_flight() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send =
                harness.producer.send(ProducerRecord.<String, String>of("t", "in flight")
                        .partition(0)
                        .deliveryTimeout(Duration.ofMillis(50)));
        harness.runtime.run();

        // when
        harness.runtime.advance(Duration.ofMillis(60));

        // then
        assertThat(failureOf(send)).isInstanceOf(RequestTimeoutException.class);
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(send.cancel(false)).isFalse();
        harness.network.next().ack();
        harness.runtime.run();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_end_with_the_answer_when_that_comes_in_time() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<RecordMetadata> heard = new ArrayList<>();

        // when
        harness.producer.send(
                ProducerRecord.<String, String>of("t", "quick").partition(0).deliveryTimeout(Duration.ofSeconds(1)),
                (metadata, error) -> heard.add(metadata));
        harness.runtime.advance(Duration.ofSeconds(2));

        // then
        assertThat(heard)
                .singleElement()
                .satisfies(metadata -> assertThat(metadata.partition()).isZero());
    }

    @Test
    void should_refuse_a_time_that_is_none() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProducerRecord.of("t", "value").deliveryTimeout(Duration.ZERO));
    }
}
