package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.DELIVERY_TIMEOUT;
import static dev.ottla.producer.ProducerHarness.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RecordException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

    @Test
    void should_fail_as_rejected_when_delivery_timeout_passes_before_there_is_a_leader() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.network.topics.create("t", FakeTopics.NO_LEADER);
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.advance(DELIVERY_TIMEOUT.minusMillis(1));
        assertThat(send).isNotDone();

        // when
        harness.runtime.advance(Duration.ofMillis(2));

        // then
        KafkaException failure = failureOf(send);
        assertThat(failure).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("no leader");
        assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(failure.topicPartition()).hasToString("Optional[t-0]");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_as_rejected_when_delivery_timeout_passes_while_broker_can_not_be_reached() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.network.down.add(1);
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.advance(DELIVERY_TIMEOUT.minusMillis(1));
        assertThat(send).isNotDone();

        // when
        harness.runtime.advance(Duration.ofMillis(2));

        // then
        KafkaException failure = failureOf(send);
        assertThat(failure).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("No connection to");
        assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_count_the_wait_for_the_topic_as_part_of_the_delivery() {
        // given
        ProducerHarness harness = new ProducerHarness();
        CompletableFuture<RecordMetadata> send = harness.producer.send(ProducerRecord.of("late", "value"));
        harness.runtime.advance(Duration.ofSeconds(50));

        // when
        harness.network.topics.create("late", FakeTopics.NO_LEADER);
        harness.runtime.advance(DELIVERY_TIMEOUT.minusSeconds(50).minusMillis(1));
        assertThat(send).isNotDone();
        harness.runtime.advance(Duration.ofMillis(2));

        // then
        assertThat(failureOf(send)).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("no leader");
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_give_a_record_its_whole_time_behind_one_that_has_waited_long() {
        // given
        ProducerHarness harness = new ProducerHarness();
        CompletableFuture<RecordMetadata> waited = harness.producer.send(
                ProducerRecord.<String, String>of("late", "waited").partition(0));
        harness.runtime.advance(Duration.ofSeconds(50));
        harness.network.topics.create("late", FakeTopics.NO_LEADER);
        harness.runtime.advance(Duration.ofSeconds(1));

        // when
        CompletableFuture<RecordMetadata> fresh = harness.producer.send(
                ProducerRecord.<String, String>of("late", "fresh").partition(0));
        harness.runtime.advance(DELIVERY_TIMEOUT.minusSeconds(50));

        // then
        assertThat(waited).isCompletedExceptionally();
        assertThat(fresh).isNotDone();
        harness.runtime.advance(Duration.ofSeconds(50));
        assertThat(failureOf(fresh)).isInstanceOf(RequestTimeoutException.class);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_at_once_when_the_broker_does_not_let_the_client_in() {
        // given
        ProducerHarness harness = new ProducerHarness(
                        options -> options.batchSize(ByteSize.bytes(256)), true, Backpressure.fail())
                .warm();
        harness.network.down.add(1);
        harness.network.refusal = new AuthenticationException("The password is wrong.", null);
        harness.network.connections.forEach(FakeNetwork.FakeConnection::lose);
        harness.runtime.run();

        // when
        List<CompletableFuture<RecordMetadata>> sends = IntStream.range(0, 5)
                .mapToObj(i -> harness.send(0, "x".repeat(150)))
                .toList();
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(sends).allSatisfy(send -> {
            assertThat(failureOf(send))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("The password is wrong.");
            assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        });
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_as_unknown_when_delivery_timeout_passes_while_in_flight() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");

        // when
        harness.runtime.advance(DELIVERY_TIMEOUT.plusMillis(1));

        // then
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.UNKNOWN);
        harness.assertMemoryIsBack();
        harness.network.next().ack();
        harness.runtime.run();
        assertThat(harness.completed).as("the late answer changes nothing").containsExactly("value");
    }

    @Test
    void should_stay_unknown_when_a_lost_attempt_is_followed_by_a_rejection() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();
        harness.network.next().lose();
        harness.runtime.advance(BACKOFF_MAX);

        // when
        harness.network.next().answer(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        harness.runtime.run();

        // then
        assertThat(failureOf(send)).isInstanceOf(AuthorizationException.class);
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(send).attempts()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "TOPIC_AUTHORIZATION_FAILED, REJECTED",
        "MESSAGE_TOO_LARGE, REJECTED",
        "RECORD_LIST_TOO_LARGE, REJECTED",
        "INVALID_TIMESTAMP, REJECTED",
        "INVALID_RECORD, REJECTED",
        "INVALID_REQUIRED_ACKS, REJECTED",
        "UNKNOWN_SERVER_ERROR, UNKNOWN",
    })
    void should_fail_with_its_outcome_when_answered_for_good(ErrorCode code, Outcome outcome) {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().answer(code);
        harness.runtime.run();

        // then
        KafkaException failure = failureOf(send);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.api()).contains("Produce");
        assertThat(failure.broker().orElseThrow().id()).isEqualTo(1);
        harness.assertMemoryIsBack();
    }

    @ParameterizedTest
    @CsvSource({
        "REQUEST_TIMED_OUT, UNKNOWN",
        "NOT_ENOUGH_REPLICAS_AFTER_APPEND, UNKNOWN",
        "NOT_ENOUGH_REPLICAS, REJECTED",
        "NOT_LEADER_OR_FOLLOWER, UNKNOWN",
        "LEADER_NOT_AVAILABLE, REJECTED",
        "UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN",
        "CORRUPT_MESSAGE, REJECTED",
        "KAFKA_STORAGE_ERROR, UNKNOWN",
    })
    void should_retry_until_the_delivery_timeout_and_know_the_outcome(ErrorCode code, Outcome outcome) {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.network.answersAtOnce = code;
        harness.network.answered = 0;

        // when
        harness.runtime.advance(DELIVERY_TIMEOUT.plusMillis(1));

        // then
        assertThat(failureOf(send).outcome()).isEqualTo(outcome);
        assertThat(failureOf(send)).hasMessageContaining(code.toString());
        assertThat(harness.network.answered).isGreaterThan(30);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_not_send_again_when_retries_are_used_up() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.retries(1)).warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().lose();
        harness.runtime.advance(BACKOFF_MAX);
        harness.network.next().lose();
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertThat(failureOf(send)).isInstanceOf(ConnectionException.class);
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_complete_without_offset_when_written_with_acks_none() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.acks(Acks.NONE));
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().written();
        harness.runtime.run();

        // then
        assertThat(send.join().offset()).isEqualTo(RecordMetadata.NO_OFFSET);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_as_unknown_without_retry_when_lost_with_acks_none() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.acks(Acks.NONE));
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().lose();
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_name_the_records_that_the_broker_found_wrong() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network
                .next()
                .answer(partition -> partition
                        .errorCode(ErrorCode.INVALID_RECORD.code())
                        .errorMessage("one is bad")
                        .recordErrors(List.of(new BatchIndexAndErrorMessage(0, "it has no key"))));
        harness.runtime.run();

        // then
        assertThat(failureOf(send))
                .hasMessageContaining("one is bad")
                .hasMessageContaining("record 0 of the batch: it has no key");
    }

    @Test
    void should_fail_before_any_io_when_record_is_larger_than_a_request() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();

        // when
        CompletableFuture<RecordMetadata> send = harness.send(0, "x".repeat(1 << 20));
        harness.runtime.run();

        // then
        assertThat(failureOf(send)).isInstanceOf(RecordException.class).hasMessageContaining("max.request.size");
        assertThat(harness.network.requests).isEmpty();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_with_the_topics_name_when_topic_is_not_found() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.maxBlock(Duration.ofSeconds(10)));
        CompletableFuture<RecordMetadata> send = harness.producer.send(ProducerRecord.of("nowhere", "value"));
        harness.runtime.advance(Duration.ofSeconds(9));
        assertThat(send).isNotDone();

        // when
        CompletableFuture<RecordMetadata> later = harness.producer.send(ProducerRecord.of("nowhere", "value"));
        harness.runtime.advance(Duration.ofSeconds(2));

        // then
        assertThat(failureOf(send)).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("\"nowhere\"");
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(later).as("its own time is not up").isNotDone();
        harness.runtime.advance(Duration.ofSeconds(9));
        assertThat(failureOf(later)).hasMessageContaining("UNKNOWN_TOPIC_OR_PARTITION");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_at_once_when_topic_can_not_be_had() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.network.topics.errors.put("secret", ErrorCode.TOPIC_AUTHORIZATION_FAILED);

        // when
        CompletableFuture<RecordMetadata> send = harness.producer.send(ProducerRecord.of("secret", "value"));
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(failureOf(send)).isInstanceOf(AuthorizationException.class);
    }
}
