package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ottla.errors.AbortableException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked of coordinators and leaders in which order, and what an application is told, with answers as planned. */
class TransactionalProducerTest {
    @Test
    void should_add_a_partition_before_its_records_are_sent_in_the_older_protocol() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        Transaction<String, String> transaction = harness.begin();

        // when
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 0, "a");

        // then
        assertThat(harness.coordinator.asked).containsExactly("InitProducerId -1/-1", "AddPartitionsToTxn [t-0]");
        FakeProduce produce = harness.network.next();
        assertThat(produce.request.transactionalId()).isEqualTo("tx");
        assertThat(produce.version()).isEqualTo((short) 11);
        assertThat(produce.batch().isTransactional()).isTrue();
        assertThat(produce.batch().producerId()).isEqualTo(77);
        produce.ack();
        harness.runtime.run();
        assertThat(sent).isCompleted();
        assertThat(harness.commit(transaction)).isCompleted();
        assertThat(harness.coordinator.asked).endsWith("EndTxn v4 0 commit");
    }

    @Test
    void should_not_send_to_a_partition_that_could_not_be_added() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        harness.coordinator.plan(ApiKey.ADD_PARTITIONS_TO_TXN, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        Transaction<String, String> transaction = harness.begin();

        // when
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 0, "a");

        // then
        assertThat(harness.network.requests).isEmpty();
        assertThat(TransactionHarness.failureOf(sent))
                .isInstanceOf(AbortableException.class)
                .hasMessageContaining(ErrorCode.TOPIC_AUTHORIZATION_FAILED.text());
        assertThat(transaction.failure().orElseThrow().code()).isEqualTo(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        assertThat(transaction.status()).isEqualTo(TransactionStatus.MUST_ABORT);
    }

    @Test
    void should_add_nothing_but_count_the_epoch_up_in_the_newer_protocol() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> first = harness.begin();
        harness.send(first, 0, "a");
        assertThat(harness.ack().batch().producerEpoch()).isZero();

        // when
        assertThat(harness.commit(first)).isCompleted();
        Transaction<String, String> second = harness.begin();
        harness.send(second, 0, "b");

        // then
        assertThat(harness.coordinator.asked).containsExactly("InitProducerId -1/-1", "EndTxn v5 0 commit");
        FakeProduce produce = harness.network.next();
        assertThat(produce.version()).isGreaterThanOrEqualTo((short) 12);
        assertThat(produce.batch().producerEpoch()).isEqualTo((short) 1);
        assertThat(produce.batch().baseSequence()).isZero();
    }

    @Test
    void should_count_sequences_on_in_the_older_protocol() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        Transaction<String, String> first = harness.begin();
        harness.send(first, 0, "a");
        harness.ack();
        harness.commit(first);

        // when
        Transaction<String, String> second = harness.begin();
        harness.send(second, 0, "b");

        // then
        FakeProduce produce = harness.network.next();
        assertThat(produce.batch().producerEpoch()).isZero();
        assertThat(produce.batch().baseSequence()).isEqualTo(1);
        assertThat(harness.coordinator.count(ApiKey.ADD_PARTITIONS_TO_TXN)).isEqualTo(2);
    }

    @Test
    void should_end_the_transaction_only_when_all_records_are_acknowledged() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);

        // then
        assertThat(committed).isNotDone();
        assertThat(harness.coordinator.count(ApiKey.END_TXN)).isZero();
        assertThatIllegalStateException().isThrownBy(() -> harness.send(transaction, 0, "late"));
        harness.ack();
        assertThat(committed).isCompleted();
        assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMITTED);
    }

    @Test
    void should_not_commit_when_a_record_has_failed() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        CompletableFuture<Void> committed = harness.commit(transaction);

        // when
        harness.network.next().answer(ErrorCode.MESSAGE_TOO_LARGE);
        harness.runtime.run();

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(AbortableException.class);
        assertThat(harness.coordinator.count(ApiKey.END_TXN)).isZero();
        assertThat(harness.abort(transaction)).isCompleted();
        assertThat(harness.coordinator.asked).endsWith("EndTxn v5 0 abort");
    }

    @Test
    void should_commit_without_asking_when_the_only_record_was_cancelled_before_it_was_sent() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.network.down.add(2);
        harness.network.connections.stream()
                .filter(connection -> connection.nodeId == 2)
                .forEach(FakeNetwork.FakeConnection::lose);
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 1, "a");
        harness.runtime.advance(Duration.ofSeconds(1));

        // when
        assertThat(sent.cancel(false)).isTrue();
        harness.network.down.clear();
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(committed).isCompleted();
        assertThat(harness.network.requests).isEmpty();
        assertThat(harness.coordinator.count(ApiKey.END_TXN))
                .as("the coordinator knows of no transaction that it could end")
                .isZero();
    }

    @Test
    void should_commit_when_the_only_record_was_cancelled_and_its_broker_stays_away() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.network.down.add(2);
        harness.network.connections.stream()
                .filter(connection -> connection.nodeId == 2)
                .forEach(FakeNetwork.FakeConnection::lose);
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 1, "a");
        assertThat(sent.cancel(false)).isTrue();

        // when
        harness.runtime.advance(Duration.ofMinutes(10));

        // then
        assertThat(harness.commit(transaction)).isCompleted();
    }

    @Test
    void should_not_make_up_for_a_gap_with_another_epoch() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 0, "a");

        // when
        harness.network.next().answer(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(sent).isCompletedExceptionally();
        assertThat(harness.network.requests).isEmpty();
        assertThat(transaction.status()).isEqualTo(TransactionStatus.MUST_ABORT);
    }

    @Test
    void should_fail_what_is_unsent_and_wait_for_what_is_in_flight_when_aborting() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        CompletableFuture<RecordMetadata> inFlight = harness.send(transaction, 0, "in flight");
        CompletableFuture<RecordMetadata> unsent = harness.send(transaction, 0, "unsent");

        // when
        CompletableFuture<Void> aborted = harness.abort(transaction);

        // then
        assertThat(TransactionHarness.failureOf(unsent)).isInstanceOf(AbortableException.class);
        assertThat(aborted).isNotDone();
        assertThat(harness.coordinator.count(ApiKey.END_TXN)).isZero();
        harness.ack();
        assertThat(inFlight).isCompleted();
        assertThat(aborted).isCompleted();
        assertThat(harness.network.requests).isEmpty();
        assertThat(harness.coordinator.asked).endsWith("EndTxn v5 0 abort");
    }

    @Test
    void should_not_send_a_record_again_once_the_transaction_is_being_aborted() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        CompletableFuture<RecordMetadata> inFlight = harness.send(transaction, 0, "in flight");
        CompletableFuture<Void> aborted = harness.abort(transaction);

        // when
        harness.network.next().answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(TransactionHarness.failureOf(inFlight).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(harness.network.requests).isEmpty();
        assertThat(aborted).isCompleted();
    }

    @Test
    void should_leave_it_open_whether_it_is_committed_when_no_answer_comes() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        for (int i = 0; i < 1_000; i++) {
            harness.coordinator.lose(ApiKey.END_TXN);
        }

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(TransactionHarness.MAX_BLOCK);

        // then
        KafkaException unknown = TransactionHarness.failureOf(committed);
        assertThat(unknown).isInstanceOf(RequestTimeoutException.class);
        assertThat(unknown.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMIT_UNKNOWN);
        assertThat(harness.abort(transaction)).isCompletedExceptionally();
        assertThatIllegalStateException().isThrownBy(() -> harness.send(transaction, 0, "b"));
        assertThat(harness.coordinator.asked).noneMatch(line -> line.endsWith("abort"));

        // when
        harness.coordinator.forget(ApiKey.END_TXN);
        CompletableFuture<Void> again = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(again).isCompleted();
        assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMITTED);
    }

    @Test
    void should_commit_again_in_the_background_when_an_unknown_commit_is_closed() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        for (int i = 0; i < 1_000; i++) {
            harness.coordinator.lose(ApiKey.END_TXN);
        }
        harness.commit(transaction);
        harness.runtime.advance(TransactionHarness.MAX_BLOCK);
        CompletableFuture<Transaction<String, String>> next = harness.producer.beginAsync();

        // when
        transaction.close();
        harness.coordinator.forget(ApiKey.END_TXN);
        harness.runtime.advance(Duration.ofSeconds(10));

        // then
        assertThat(next).isCompleted();
        assertThat(harness.coordinator.asked).noneMatch(line -> line.endsWith("abort"));
    }

    @Test
    void should_take_a_new_epoch_after_a_lost_answer_in_the_older_protocol() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        harness.coordinator.lose(ApiKey.END_TXN);

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(committed).isCompleted();
        assertThat(harness.coordinator.asked)
                .endsWith("EndTxn v4 0 commit", "EndTxn v4 0 commit", "InitProducerId 77/0");
        Transaction<String, String> next = harness.begin();
        harness.send(next, 0, "b");
        FakeProduce produce = harness.network.next();
        assertThat(produce.batch().producerEpoch()).isEqualTo((short) 1);
        assertThat(produce.batch().baseSequence()).isZero();
    }

    @Test
    void should_not_take_an_unexpected_server_error_for_a_commit() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        harness.coordinator.plan(ApiKey.END_TXN, ErrorCode.UNKNOWN_SERVER_ERROR);

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);

        // then
        assertThat(committed).isNotDone();
        harness.runtime.advance(Duration.ofSeconds(2));
        assertThat(committed).isCompleted();
        assertThat(harness.coordinator.count(ApiKey.END_TXN)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"CONCURRENT_TRANSACTIONS", "NOT_COORDINATOR", "COORDINATOR_LOAD_IN_PROGRESS"})
    void should_ask_again_when_the_coordinator_is_busy_or_moves(ErrorCode busy) {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        harness.coordinator.plan(ApiKey.INIT_PRODUCER_ID, busy);
        harness.coordinator.plan(ApiKey.ADD_PARTITIONS_TO_TXN, busy, busy);
        harness.coordinator.plan(ApiKey.END_TXN, busy, busy, busy);

        // when
        CompletableFuture<Transaction<String, String>> begun = harness.producer.beginAsync();
        harness.runtime.advance(Duration.ofSeconds(5));
        Transaction<String, String> transaction = begun.join();
        harness.send(transaction, 0, "a");
        harness.runtime.advance(Duration.ofSeconds(5));
        harness.ack();
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(committed).isCompleted();
        assertThat(harness.coordinator.count(ApiKey.END_TXN)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH", "INVALID_TXN_STATE"})
    void should_end_for_good_when_the_coordinator_says_that_it_is_fenced(ErrorCode fenced) {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        harness.coordinator.plan(ApiKey.END_TXN, fenced);

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(ProducerFencedException.class);
        assertThat(TransactionHarness.failureOf(committed).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(transaction.status()).isEqualTo(TransactionStatus.FAILED);
        CompletableFuture<Transaction<String, String>> next = harness.producer.beginAsync();
        harness.runtime.advance(Duration.ofSeconds(10));
        assertThat(TransactionHarness.failureOf(next)).isInstanceOf(ProducerFencedException.class);
        assertThat(harness.coordinator.count(ApiKey.END_TXN)).isEqualTo(1);
    }

    @Test
    void should_say_that_a_commit_is_in_doubt_when_it_was_fenced_after_a_lost_answer() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        harness.coordinator.lose(ApiKey.END_TXN);
        harness.coordinator.plan(ApiKey.END_TXN, ErrorCode.PRODUCER_FENCED);

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(ProducerFencedException.class);
        assertThat(TransactionHarness.failureOf(committed).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    /** Who has written the end and lost its partition before all replicas have it says the same as one that was asked too late. */
    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE"})
    void should_say_that_a_commit_is_in_doubt_when_it_was_fenced_after_the_coordinator_had_moved(ErrorCode moved) {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        harness.coordinator.plan(ApiKey.END_TXN, moved, ErrorCode.PRODUCER_FENCED);

        // when
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(ProducerFencedException.class);
        assertThat(TransactionHarness.failureOf(committed).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_ask_the_coordinator_when_a_leader_says_that_the_epoch_is_old() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");

        // when
        harness.network.next().answer(ErrorCode.INVALID_PRODUCER_EPOCH);
        harness.runtime.run();

        // then
        assertThat(transaction.status()).isEqualTo(TransactionStatus.MUST_ABORT);
        assertThat(harness.abort(transaction)).isCompleted();
        assertThat(harness.coordinator.asked).endsWith("EndTxn v4 0 abort", "InitProducerId 77/0");
    }

    @Test
    void should_abort_although_the_coordinator_may_not_know_of_the_transaction() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        for (int i = 0; i < 1_000; i++) {
            harness.coordinator.lose(ApiKey.ADD_PARTITIONS_TO_TXN);
        }
        Transaction<String, String> transaction = harness.begin();
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 0, "a");
        harness.runtime.advance(TransactionHarness.MAX_BLOCK);
        assertThat(sent).isCompletedExceptionally();
        harness.coordinator.plan(ApiKey.END_TXN, ErrorCode.INVALID_TXN_STATE);

        // when
        CompletableFuture<Void> aborted = harness.abort(transaction);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(aborted).isCompleted();
        assertThat(harness.coordinator.asked).endsWith("EndTxn v4 0 abort", "InitProducerId 77/0");
    }
}
