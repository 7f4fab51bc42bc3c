package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static dev.ottla.producer.ProducerHarness.smallBuffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.RetriableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How long a thread waits with a record that has little time, and how much may wait outside the buffer. */
class WaitingBoundsTest {
    private static final String VALUE = "x".repeat(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration OWN_TIME = Duration.ofMillis(20);

    @Test
    void should_wait_for_room_no_longer_than_the_time_that_the_record_has() {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(512), true, Backpressure.block(Duration.ofHours(1))).warm();
        harness.send(0, VALUE);
        harness.send(2, VALUE);
        harness.runtime.run();
        assertThat(harness.producer.usedBytes()).as("all of it").isEqualTo(512);
        List<KafkaException> heard = new ArrayList<>();
        ProducerRecord<String, String> urgent =
                ProducerRecord.<String, String>of("t", VALUE).partition(1).deliveryTimeout(OWN_TIME);

        // when
        CompletableFuture<RecordMetadata> send =
                assertTimeoutPreemptively(PATIENCE, () -> harness.producer.send(urgent));
        assertTimeoutPreemptively(PATIENCE, () -> harness.producer.send(urgent, (metadata, error) -> heard.add(error)));
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(failureOf(send))
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessageContaining("no room")
                .hasMessageContaining("its own delivery timeout (20 ms)");
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(heard).singleElement().extracting(KafkaException::outcome).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void should_wait_for_its_turn_no_longer_than_the_time_that_the_record_has() {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(64 * 1024), true, Backpressure.block(Duration.ofHours(1)));
        List<CompletableFuture<RecordMetadata>> before = List.of(
                harness.producer.send(ProducerRecord.of("late", VALUE)),
                harness.producer.send(ProducerRecord.of("late", VALUE)));

        // when
        CompletableFuture<RecordMetadata> send = assertTimeoutPreemptively(
                PATIENCE,
                () -> harness.producer.send(
                        ProducerRecord.<String, String>of("late", VALUE).deliveryTimeout(OWN_TIME)));
        harness.runtime.run();

        // then
        assertThat(failureOf(send)).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("\"late\"");
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(before).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void should_not_let_more_wait_outside_the_buffer_than_it_holds() {
        // given
        ProducerHarness harness = new ProducerHarness(smallBuffer(1024), true, Backpressure.suspend()).warm();
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

        // when
        for (int number = 0; number < 20; number++) {
            sends.add(harness.send(0, ProducerHarness.filler(number)));
        }
        harness.runtime.run();

        // then
        assertThat(sends.subList(0, 9)).as("four in the buffer, five outside").noneMatch(CompletableFuture::isDone);
        assertThat(sends.subList(9, 20))
                .allSatisfy(refused -> assertThat(failureOf(refused))
                        .isExactlyInstanceOf(RetriableException.class)
                        .hasMessageContaining("1024 bytes"));
        harness.network.answersAtOnce = ErrorCode.NONE;
        List.copyOf(harness.network.requests).forEach(FakeProduce::ack);
        harness.runtime.advance(Duration.ofSeconds(1));
        assertThat(sends.subList(0, 9)).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        CompletableFuture<RecordMetadata> later = harness.send(0, VALUE);
        harness.runtime.run();
        assertThat(later).isCompleted();
        harness.assertMemoryIsBack();
    }
}
