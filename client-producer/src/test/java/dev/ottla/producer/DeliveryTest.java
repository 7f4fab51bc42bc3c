package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.DELIVERY_TIMEOUT;
import static dev.ottla.producer.ProducerHarness.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.ottla.internal.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryTest {
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

    @Test
    void should_complete_with_offsets_in_order_when_acknowledged() {
        // given
        ProducerHarness harness = new ProducerHarness();

        // when
        List<CompletableFuture<RecordMetadata>> sends =
                List.of(harness.send(0, "a"), harness.send(0, "b"), harness.send(0, "c"));
        harness.runtime.run();
        harness.network.next().ack();
        harness.runtime.run();

        // then
        assertThat(sends)
                .extracting(send -> send.join().offset())
                .containsExactly(FakeProduce.BASE_OFFSET, FakeProduce.BASE_OFFSET + 1, FakeProduce.BASE_OFFSET + 2);
        assertThat(harness.completed).containsExactly("a", "b", "c");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_keep_order_and_bytes_when_batch_is_sent_again() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "first");
        harness.runtime.run();
        harness.send(0, "second");
        harness.runtime.run();
        assertThat(harness.network.requests)
                .as("one batch of a partition in flight")
                .hasSize(1);

        // when
        FakeProduce attempt = harness.network.next();
        attempt.answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.runtime.advance(BACKOFF_MAX);

        // then
        FakeProduce again = harness.network.next();
        assertThat(again.values()).containsExactly("first");
        assertThat(again.firstBatch()).isEqualTo(attempt.firstBatch());
        assertThat(harness.network.requests).isEmpty();
        again.ack();
        harness.runtime.run();
        FakeProduce second = harness.network.next();
        assertThat(second.values()).containsExactly("second");
        second.ack();
        harness.runtime.run();
        assertThat(harness.completed).containsExactly("first", "second");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_send_again_before_the_complete_batches_that_follow() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.batchSize(ByteSize.bytes(256))).warm();
        harness.send(0, "0" + "x".repeat(150));
        harness.runtime.run();
        IntStream.range(1, 4).forEach(number -> harness.send(0, number + "x".repeat(150)));

        // when
        harness.network.next().answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertThat(harness.completed).extracting(value -> value.substring(0, 1)).containsExactly("0", "1", "2", "3");
    }

    @Test
    void should_let_other_partitions_flow_while_one_waits_for_its_retry() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "stuck");
        harness.runtime.run();
        harness.network.next().answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.runtime.run();

        // when
        harness.send(2, "flows");
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("flows");
    }

    @Test
    void should_go_to_the_new_leader_in_order_when_leader_moved() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "first");
        harness.runtime.run();
        harness.send(0, "second");
        harness.network.topics.move("t", 0, 3);

        // when
        harness.network.next().answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        harness.runtime.advance(BACKOFF_MAX);
        FakeProduce first = harness.network.next();
        while (first.node() == 1) {
            first.answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            harness.runtime.advance(BACKOFF_MAX);
            first = harness.network.next();
        }

        // then
        assertThat(first.node()).isEqualTo(3);
        assertThat(first.values()).containsExactly("first");
        first.ack();
        harness.runtime.run();
        FakeProduce second = harness.network.next();
        assertThat(second.node()).isEqualTo(3);
        assertThat(second.values()).containsExactly("second");
        second.ack();
        harness.runtime.run();
        assertThat(harness.completed).containsExactly("first", "second");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_follow_the_leader_that_the_answer_names_without_backoff() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();
        int metadataRequests = harness.network.topics.metadataRequests;

        // when
        harness.network
                .next()
                .answer(partition -> partition
                        .errorCode(ErrorCode.NOT_LEADER_OR_FOLLOWER.code())
                        .currentLeader(new LeaderIdAndEpoch(2, 6)));
        harness.runtime.run();

        // then
        assertThat(harness.network.next().node()).isEqualTo(2);
        assertThat(harness.network.topics.metadataRequests).isEqualTo(metadataRequests);
    }

    @Test
    void should_not_send_to_old_leader_what_was_never_sent_when_leader_moves() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.network.down.add(1);
        harness.network.connections.forEach(FakeNetwork.FakeConnection::lose);
        harness.runtime.run();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.topics.move("t", 0, 2);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        FakeProduce produce = harness.network.next();
        assertThat(produce.node()).isEqualTo(2);
        produce.ack();
        harness.runtime.run();
        assertThat(send).isCompleted();
    }

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
        "NOT_LEADER_OR_FOLLOWER, REJECTED",
        "LEADER_NOT_AVAILABLE, REJECTED",
        "UNKNOWN_TOPIC_OR_PARTITION, REJECTED",
        "CORRUPT_MESSAGE, REJECTED",
        "KAFKA_STORAGE_ERROR, REJECTED",
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
    void should_send_again_when_connection_was_lost() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().lose();
        harness.runtime.advance(BACKOFF_MAX);
        harness.network.next().ack();
        harness.runtime.run();

        // then
        assertThat(send).isCompletedWithValueMatching(metadata -> metadata.offset() == FakeProduce.BASE_OFFSET);
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

    @Test
    void should_send_in_order_what_waited_for_its_topic() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.producer.send(ProducerRecord.<String, String>of("late", "1").partition(0));
        harness.producer.send(ProducerRecord.<String, String>of("late", "2").partition(0));
        harness.runtime.run();

        // when
        harness.network.topics.create("late", 1);
        harness.runtime.advance(Duration.ofSeconds(3));
        harness.producer.send(ProducerRecord.<String, String>of("late", "3").partition(0));
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("1", "2");
    }

    @Test
    void should_keep_records_when_topic_vanishes_for_a_while() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();
        harness.network.topics.errors.put("t", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        harness.network.next().answer(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        harness.runtime.advance(Duration.ofSeconds(5));
        assertThat(harness.completed).isEmpty();

        // when
        harness.network.topics.errors.clear();
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        harness.network.next().ack();
        harness.runtime.run();
        assertThat(harness.completed).containsExactly("value");
    }

    @Test
    void should_refuse_an_answer_about_something_else_as_a_whole() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();

        // when
        FakeProduce produce = harness.network.next();

        // then
        assertThatThrownBy(() -> {
                    produce.answer(partition -> partition.index(7));
                    harness.runtime.run();
                })
                .hasMessageContaining("partition 7");
        assertThat(harness.completed).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NONE", "DUPLICATE_SEQUENCE_NUMBER"})
    void should_count_a_duplicate_as_acknowledged(ErrorCode code) {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().answer(code);
        harness.runtime.run();

        // then
        assertThat(send).isCompleted();
    }
}
