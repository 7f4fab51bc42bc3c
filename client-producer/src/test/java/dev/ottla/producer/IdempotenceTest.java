package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static dev.ottla.producer.ProducerHarness.filler;
import static dev.ottla.producer.ProducerHarness.smallBatches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdempotenceTest {
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);
    private static final Duration LINGER = Duration.ofMillis(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final ProducerHarness harness = new ProducerHarness(smallBatches()).warm();
    private final List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

    @Test
    void should_have_five_numbered_batches_of_a_partition_in_flight() {
        // when
        List<FakeProduce> requests = sendBatches(7);

        // then
        assertThat(requests).hasSize(5);
        assertThat(requests).extracting(request -> request.batch().producerId()).containsOnly(1L);
        assertThat(requests)
                .extracting(request -> request.batch().producerEpoch())
                .containsOnly((short) 0);
        // The harness has sent one record already.
        assertThat(requests)
                .extracting(request -> request.batch().baseSequence())
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(harness.network.producerIds).isEqualTo(1);
    }

    @Test
    void should_have_one_batch_in_flight_until_the_leader_knows_the_producer() {
        // given
        ProducerHarness fresh = new ProducerHarness(smallBatches());

        // when
        IntStream.range(0, 4).forEach(number -> fresh.send(0, filler(number)));
        fresh.runtime.advance(LINGER);

        // then
        assertThat(fresh.network.requests).hasSize(1);
        fresh.network.next().ack();
        fresh.runtime.advance(LINGER);
        assertThat(fresh.network.requests).hasSize(3);
    }

    @Test
    void should_number_each_partition_by_itself() {
        // when
        harness.send(0, filler(0));
        harness.send(1, filler(0));
        harness.runtime.run();

        // then
        assertThat(takeRequests())
                .extracting(request -> request.batch().baseSequence())
                .containsExactly(1, 1);
    }

    @Test
    void should_send_all_again_in_order_with_the_same_bytes_when_the_first_fails() {
        // given
        List<FakeProduce> requests = sendBatches(3);

        // when
        requests.get(0).answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        requests.get(1).answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        harness.runtime.advance(BACKOFF_MAX);
        assertThat(harness.network.requests)
                .as("nothing before all is answered")
                .isEmpty();
        requests.get(2).answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        harness.runtime.advance(BACKOFF_MAX);

        // then
        List<FakeProduce> again = takeRequests();
        assertThat(again)
                .extracting(FakeProduce::firstBatch)
                .containsExactly(
                        requests.get(0).firstBatch(),
                        requests.get(1).firstBatch(),
                        requests.get(2).firstBatch());
        ackAll(again);
        assertAcked();
    }

    @Test
    void should_send_all_again_with_the_same_bytes_when_the_connection_is_lost() {
        // given
        List<FakeProduce> requests = sendBatches(5);

        // when
        requests.get(0).lose();
        harness.runtime.advance(BACKOFF_MAX);

        // then
        List<FakeProduce> again = takeRequests();
        assertThat(again)
                .extracting(FakeProduce::firstBatch)
                .containsExactlyElementsOf(
                        requests.stream().map(FakeProduce::firstBatch).toList());
        again.get(0).answer(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
        ackAll(again.subList(1, 5));
        assertAcked();
    }

    @Test
    void should_end_batches_in_order_when_a_later_one_is_acknowledged_first() {
        // given
        List<FakeProduce> requests = sendBatches(2);

        // when
        requests.get(0).answer(ErrorCode.REQUEST_TIMED_OUT);
        requests.get(1).ack();
        harness.runtime.run();
        assertThat(harness.completed).isEmpty();
        harness.runtime.advance(BACKOFF_MAX);
        List<FakeProduce> again = takeRequests();

        // then
        assertThat(again).hasSize(1);
        ackAll(again);
        assertAcked();
    }

    @Test
    void should_number_anew_in_the_next_epoch_when_a_batch_is_rejected() {
        // given
        List<FakeProduce> requests = sendBatches(3);

        // when
        requests.get(0).answer(ErrorCode.MESSAGE_TOO_LARGE);
        requests.get(1).answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        harness.runtime.run();
        assertThat(sendBatches(1)).as("the third batch is not settled").isEmpty();
        requests.get(2).answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        harness.runtime.run();

        // then
        assertNumberedAnew(1, 1, 3);
        assertThat(failureOf(sends.get(0)).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(sends.subList(1, 4)).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        harness.assertMemoryIsBack();
    }

    @ParameterizedTest
    @EnumSource(names = {"OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID"})
    void should_begin_the_next_epoch_when_the_leader_lost_count(ErrorCode error) {
        // given
        List<FakeProduce> requests = sendBatches(2);

        // when
        requests.get(0).answer(error);
        requests.get(1).answer(error);
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertNumberedAnew(1, 1, 2);
        assertAcked();
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_PRODUCER_EPOCH", "INVALID_PRODUCER_ID_MAPPING"})
    void should_take_another_producer_id_when_the_leader_does_not_take_the_epoch(ErrorCode error) {
        // given
        List<FakeProduce> requests = sendBatches(2);

        // when
        requests.get(0).answer(error);
        requests.get(1).answer(error);
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertNumberedAnew(2, 0, 2);
        assertAcked();
    }

    @Test
    void should_leave_open_what_may_be_written_rather_than_number_it_anew() {
        // given
        List<FakeProduce> requests = sendBatches(2);
        requests.get(0).lose();
        harness.runtime.advance(BACKOFF_MAX);

        // when
        List<FakeProduce> again = takeRequests();
        again.forEach(request -> request.answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER));
        harness.runtime.advance(BACKOFF_MAX);
        takeRequests().forEach(request -> request.answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER));
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertThat(sends)
                .allSatisfy(send -> assertThat(failureOf(send).outcome()).isEqualTo(Outcome.UNKNOWN));
        assertStamps(sendBatches(1), 1, 1, 0);
    }

    @Test
    void should_not_number_on_when_a_batch_is_given_up_whose_outcome_is_unknown() {
        // given
        List<FakeProduce> requests = sendBatches(1);
        harness.runtime.advance(ProducerHarness.DELIVERY_TIMEOUT.minusSeconds(1));
        harness.send(0, filler(1));
        harness.runtime.advance(Duration.ofSeconds(2));
        assertThat(failureOf(sends.get(0)).outcome()).isEqualTo(Outcome.UNKNOWN);

        // when
        List<FakeProduce> second = takeRequests();
        assertStamps(second, 1, 0, 2);
        requests.get(0).lose();
        harness.runtime.advance(BACKOFF_MAX);
        second = takeRequests();

        // then
        assertStamps(second, 1, 0, 2);
        ackAll(second);
        assertStamps(sendBatches(1), 1, 1, 0);
    }

    @Test
    void should_number_on_when_a_batch_that_was_given_up_is_acknowledged_in_the_end() {
        // given
        List<FakeProduce> requests = sendBatches(1);
        harness.runtime.advance(ProducerHarness.DELIVERY_TIMEOUT.plusSeconds(1));
        assertThat(failureOf(sends.get(0)).outcome()).isEqualTo(Outcome.UNKNOWN);

        // when
        requests.get(0).ack();
        harness.runtime.run();

        // then
        assertStamps(sendBatches(1), 1, 0, 2);
    }

    @Test
    void should_go_to_the_new_leader_without_the_answers_of_the_old_one() {
        // given
        List<FakeProduce> requests = sendBatches(3);

        // when
        harness.network.topics.move("t", 0, 3);
        harness.cluster.refreshMetadata("the test says so");
        harness.runtime.advance(BACKOFF_MAX);

        // then
        List<FakeProduce> again = takeRequests();
        assertThat(again).allMatch(request -> request.node() == 3);
        assertThat(again)
                .extracting(FakeProduce::firstBatch)
                .containsExactlyElementsOf(
                        requests.stream().map(FakeProduce::firstBatch).toList());
        requests.forEach(request -> request.answer(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        harness.runtime.run();
        assertThat(harness.completed)
                .as("a late answer of the old leader means nothing")
                .isEmpty();
        ackAll(again);
        assertAcked();
    }

    @Test
    void should_follow_a_hint_while_others_are_in_flight() {
        // given
        List<FakeProduce> requests = sendBatches(3);

        // when
        requests.get(0)
                .answer(partition -> partition
                        .errorCode(ErrorCode.NOT_LEADER_OR_FOLLOWER.code())
                        .currentLeader(new LeaderIdAndEpoch(2, 6)));
        harness.runtime.run();

        // then
        List<FakeProduce> again = takeRequests();
        assertThat(again).hasSize(3).allMatch(request -> request.node() == 2);
        ackAll(again);
        assertAcked();
    }

    @Test
    void should_keep_the_numbers_when_the_topic_is_missing_from_the_metadata_for_a_while() {
        // given
        List<FakeProduce> requests = sendBatches(3);
        harness.network.topics.errors.put("t", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        harness.network.answersAtOnce = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        requests.forEach(request -> request.answer(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        harness.runtime.advance(Duration.ofSeconds(20));
        assertThat(sends).noneMatch(CompletableFuture::isDone);

        // when
        harness.network.answersAtOnce = null;
        harness.network.topics.errors.clear();
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        List<FakeProduce> again = takeRequests();
        assertThat(again)
                .extracting(FakeProduce::firstBatch)
                .containsExactlyElementsOf(
                        requests.stream().map(FakeProduce::firstBatch).toList());
        ackAll(again);
        assertAcked();
        assertStamps(sendBatches(1), 1, 0, 4);
        assertThat(harness.network.producerIds).isEqualTo(1);
    }

    @Test
    void should_ask_who_leads_when_the_leader_is_silent() {
        // given
        sendBatches(2);
        harness.network.topics.move("t", 0, 2);

        // when
        harness.runtime.advance(Duration.ofMillis(1_500));

        // then
        List<FakeProduce> again = takeRequests();
        assertThat(again).hasSize(2).allMatch(request -> request.node() == 2);
        ackAll(again);
        assertAcked();
    }

    @Test
    void should_not_ask_for_metadata_when_nothing_is_in_flight() {
        // given
        harness.runtime.advance(REQUEST_TIMEOUT);
        int asked = harness.network.topics.metadataRequests;

        // when
        ackAll(sendBatches(1));
        harness.runtime.advance(REQUEST_TIMEOUT);

        // then
        assertThat(harness.network.topics.metadataRequests).isEqualTo(asked);
    }

    @Test
    void should_fail_with_the_reason_when_no_producer_id_is_given_and_recover() {
        // given
        ProducerHarness refused = new ProducerHarness(smallBatches());
        refused.network.producerIdError = ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
        CompletableFuture<RecordMetadata> send = refused.send(0, "refused");
        refused.runtime.advance(BACKOFF_MAX);
        assertThat(failureOf(send)).isInstanceOf(AuthorizationException.class).hasMessageContaining("InitProducerId");
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);

        // when
        refused.network.producerIdError = ErrorCode.NONE;
        CompletableFuture<RecordMetadata> next = refused.send(0, "allowed");
        refused.runtime.advance(BACKOFF_MAX);
        refused.network.next().ack();
        refused.runtime.run();

        // then
        assertThat(next).isCompleted();
        refused.assertMemoryIsBack();
    }

    @Test
    void should_wait_for_a_producer_id_when_the_coordinator_is_loading() {
        // given
        ProducerHarness waiting = new ProducerHarness(smallBatches());
        waiting.network.producerIdError = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
        CompletableFuture<RecordMetadata> send = waiting.send(0, "value");
        waiting.runtime.advance(Duration.ofSeconds(10));
        assertThat(send).isNotDone();

        // when
        waiting.network.producerIdError = ErrorCode.NONE;
        waiting.runtime.advance(BACKOFF_MAX);

        // then
        assertThat(waiting.network.next().batch().baseSequence()).isZero();
    }

    @Test
    void should_have_neither_id_nor_number_when_switched_off() {
        // given
        ProducerHarness plain = new ProducerHarness(options -> options.idempotence(false));

        // when
        plain.send(0, "value");
        plain.runtime.run();

        // then
        RecordBatch batch = plain.network.next().batch();
        assertThat(batch.producerId()).isEqualTo(RecordBatch.NO_PRODUCER_ID);
        assertThat(batch.baseSequence()).isEqualTo(RecordBatch.NO_SEQUENCE);
        assertThat(plain.network.producerIds).isZero();
    }

    private List<FakeProduce> sendBatches(int count) {
        IntStream.range(0, count).forEach(i -> sends.add(harness.send(0, filler(sends.size()))));
        harness.runtime.advance(LINGER);
        return takeRequests();
    }

    private List<FakeProduce> takeRequests() {
        List<FakeProduce> taken = List.copyOf(harness.network.requests);
        harness.network.requests.clear();
        return taken;
    }

    private void ackAll(List<FakeProduce> requests) {
        requests.forEach(FakeProduce::ack);
        harness.runtime.run();
    }

    /** The first goes alone, because a leader that has forgotten the producer takes any number. */
    private void assertNumberedAnew(long producerId, int epoch, int count) {
        List<FakeProduce> first = takeRequests();
        assertStamps(first, producerId, epoch, 0);
        ackAll(first);
        List<FakeProduce> others = takeRequests();
        assertStamps(
                others, producerId, epoch, IntStream.range(1, count).boxed().toArray(Integer[]::new));
        ackAll(others);
    }

    /** All of one producer id and epoch, with these sequences. */
    private static void assertStamps(List<FakeProduce> requests, long producerId, int epoch, Integer... sequences) {
        assertThat(requests)
                .extracting(request -> request.batch().baseSequence())
                .containsExactly(sequences);
        assertThat(requests).allSatisfy(request -> {
            assertThat(request.batch().producerId()).isEqualTo(producerId);
            assertThat(request.batch().producerEpoch()).isEqualTo((short) epoch);
        });
    }

    private void assertAcked() {
        assertThat(sends).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        assertThat(harness.completed)
                .containsExactlyElementsOf(IntStream.range(0, sends.size())
                        .mapToObj(ProducerHarness::filler)
                        .toList());
        harness.assertMemoryIsBack();
    }
}
