package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.AbortableException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets in transactions, several transactions at once, and closing, with answers as planned. */
class TransactionOffsetsAndPoolTest {
    private static final TopicPartition INPUT = new TopicPartition("in", 0);

    private static CompletableFuture<Void> sendOffsets(
            TransactionHarness harness, Transaction<String, String> transaction) {
        CompletableFuture<Void> sent =
                transaction.sendOffsetsAsync(Map.of(INPUT, new OffsetAndMetadata(5)), GroupMetadata.ofGroup("g"));
        harness.runtime.run();
        return sent;
    }

    @Test
    void should_add_the_group_before_its_offsets_in_the_older_protocol_only() {
        // given
        TransactionHarness older = TransactionHarness.v1();
        TransactionHarness newer = TransactionHarness.v2();

        // when
        for (TransactionHarness harness : new TransactionHarness[] {older, newer}) {
            Transaction<String, String> transaction = harness.begin();
            assertThat(sendOffsets(harness, transaction)).isCompleted();
            assertThat(sendOffsets(harness, transaction)).isCompleted();
            assertThat(harness.commit(transaction)).isCompleted();
        }

        // then
        assertThat(older.coordinator.asked)
                .endsWith(
                        "AddOffsetsToTxn v4",
                        "TxnOffsetCommit v4 of g",
                        "TxnOffsetCommit v4 of g",
                        "EndTxn v4 0 commit");
        assertThat(newer.coordinator.asked)
                .endsWith(
                        "InitProducerId -1/-1",
                        "TxnOffsetCommit v5 of g",
                        "TxnOffsetCommit v5 of g",
                        "EndTxn v5 0 commit");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID", "GROUP_AUTHORIZATION_FAILED"})
    void should_have_to_abort_when_the_group_refuses_the_offsets(ErrorCode refusal) {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        harness.coordinator.plan(ApiKey.TXN_OFFSET_COMMIT, refusal);
        Transaction<String, String> transaction = harness.begin();

        // when
        CompletableFuture<Void> sent = sendOffsets(harness, transaction);

        // then
        assertThat(TransactionHarness.failureOf(sent)).isInstanceOf(AbortableException.class);
        assertThat(transaction.failure().orElseThrow().code()).isEqualTo(refusal);
        assertThat(TransactionHarness.failureOf(harness.commit(transaction))).isInstanceOf(AbortableException.class);
        assertThat(harness.abort(transaction)).isCompleted();
    }

    @Test
    void should_ask_nothing_about_a_transaction_without_content() {
        // given
        TransactionHarness harness = TransactionHarness.v2();

        // when
        assertThat(harness.commit(harness.begin())).isCompleted();
        assertThat(harness.abort(harness.begin())).isCompleted();

        // then
        assertThat(harness.coordinator.asked).containsExactly("InitProducerId -1/-1");
    }

    @Test
    void should_ask_nothing_about_a_transaction_with_no_offsets_and_a_record_that_was_refused_at_once() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();

        // when
        CompletableFuture<Void> noOffsets = transaction.sendOffsetsAsync(Map.of(), GroupMetadata.ofGroup("g"));
        harness.runtime.run();
        assertThat(noOffsets).isCompleted();
        assertThatNullPointerException().isThrownBy(() -> transaction.send(null));

        // then
        assertThat(harness.commit(transaction)).isCompleted();
        assertThat(harness.coordinator.asked).containsExactly("InitProducerId -1/-1");
    }

    @Test
    void should_give_an_id_back_when_nobody_waits_for_its_transaction_any_more() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        CompletableFuture<Transaction<String, String>> cancelled = harness.producer.beginAsync();

        // when
        cancelled.cancel(false);
        harness.runtime.run();

        // then
        assertThat(harness.commit(harness.begin())).isCompleted();
    }

    @Test
    void should_give_an_id_back_when_the_commit_fails_after_its_transaction_was_closed() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "refused");
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.homeLoop().execute(transaction::close);
        harness.runtime.run();

        // when
        harness.network.next().answer(ErrorCode.INVALID_RECORD);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(AbortableException.class);
        assertThat(harness.coordinator.asked).endsWith("EndTxn v5 0 abort");
        assertThat(harness.commit(harness.begin())).isCompleted();
    }

    @Test
    void should_lend_each_id_to_one_transaction_at_a_time() {
        // given
        TransactionHarness harness = TransactionHarness.v2(2);
        Transaction<String, String> first = harness.begin();
        harness.begin();
        CompletableFuture<Transaction<String, String>> third = harness.producer.beginAsync();
        CompletableFuture<Transaction<String, String>> fourth = harness.producer.beginAsync();
        harness.runtime.run();
        assertThat(third).isNotDone();

        // when
        harness.commit(first);

        // then
        assertThat(third).isCompleted();
        assertThat(fourth).isNotDone();
        harness.runtime.advance(TransactionHarness.MAX_BLOCK);
        assertThat(TransactionHarness.failureOf(fourth)).isInstanceOf(RequestTimeoutException.class);
        assertThat(harness.coordinator.count(ApiKey.INIT_PRODUCER_ID)).isEqualTo(2);
    }

    @Test
    void should_take_over_all_ids_when_the_first_transaction_begins() {
        // given
        TransactionHarness harness = TransactionHarness.v2(3);

        // when
        harness.begin();

        // then
        assertThat(harness.coordinator.takenOver).containsExactlyInAnyOrder("tx", "tx-1", "tx-2");
    }

    @Test
    void should_begin_when_the_ids_can_be_taken_over_after_all() {
        // given
        TransactionHarness harness = TransactionHarness.v2(2);
        harness.coordinator.plan(ApiKey.INIT_PRODUCER_ID, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        CompletableFuture<Transaction<String, String>> refused = harness.producer.beginAsync();
        harness.runtime.advance(TransactionHarness.MAX_BLOCK);

        // when
        CompletableFuture<Transaction<String, String>> first = harness.producer.beginAsync();
        CompletableFuture<Transaction<String, String>> second = harness.producer.beginAsync();
        harness.runtime.run();

        // then
        assertThat(TransactionHarness.failureOf(refused)).isInstanceOf(AuthorizationException.class);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void should_send_through_a_topic_of_the_transaction_until_it_ends() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        TopicProducer<String, String> topic = transaction.topic("t");

        // when
        topic.sendAndForget("key", "one");
        topic.send("key", "two", (metadata, error) -> {});
        CompletableFuture<RecordMetadata> third = topic.send("key", "three");
        transaction.sendAndForget(ProducerRecord.of("t", "key", "four"));
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(Duration.ofSeconds(1));
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(topic.topic()).isEqualTo("t");
        assertThat(third).isCompleted();
        assertThat(committed).isCompleted();
        assertThatIllegalStateException().isThrownBy(() -> topic.sendAndForget("key", "late"));
        assertThatIllegalStateException().isThrownBy(() -> topic.send("key", "late"));
    }

    @Test
    void should_fail_the_commit_when_a_forgotten_record_fails() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.network.answersAtOnce = ErrorCode.INVALID_RECORD;

        // when
        transaction.sendAndForget(ProducerRecord.of("t", "refused"));
        CompletableFuture<Void> committed = harness.commit(transaction);
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(AbortableException.class);
    }

    @Test
    void should_ask_once_more_about_an_unknown_commit_when_closed() {
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
        harness.coordinator.forget(ApiKey.END_TXN);
        harness.coordinator.asked.clear();

        // when
        harness.runtime.homeLoop().execute(() -> harness.producer.close(Duration.ofSeconds(5)));
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(harness.coordinator.asked).contains("EndTxn v5 0 commit");
        assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMITTED);
    }

    @Test
    void should_say_that_a_commit_is_open_when_the_time_for_closing_is_up() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        for (int i = 0; i < 1_000; i++) {
            harness.coordinator.lose(ApiKey.END_TXN);
        }
        CompletableFuture<Void> committed = harness.commit(transaction);

        // when
        harness.runtime.homeLoop().execute(() -> harness.producer.close(Duration.ofSeconds(5)));
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(TransactionHarness.failureOf(committed)).isInstanceOf(ClosedException.class);
        assertThat(TransactionHarness.failureOf(committed).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMIT_UNKNOWN);
    }

    @Test
    void should_tell_who_is_just_beginning_when_it_is_closed() {
        // given
        TransactionHarness harness = TransactionHarness.v1();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.ack();
        harness.coordinator.lose(ApiKey.END_TXN);
        for (int i = 0; i < 1_000; i++) {
            harness.coordinator.lose(ApiKey.INIT_PRODUCER_ID);
        }
        harness.commit(transaction);
        harness.runtime.advance(TransactionHarness.MAX_BLOCK.multipliedBy(2));
        assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMITTED);
        CompletableFuture<Transaction<String, String>> next = harness.producer.beginAsync();
        harness.runtime.run();
        assertThat(next).as("it needs another epoch first").isNotDone();

        // when
        harness.runtime.homeLoop().execute(() -> harness.producer.close(Duration.ofSeconds(5)));
        harness.runtime.run();

        // then
        assertThat(TransactionHarness.failureOf(next)).isInstanceOf(ClosedException.class);
        harness.coordinator.forget(ApiKey.INIT_PRODUCER_ID);
        harness.runtime.advance(TransactionHarness.MAX_BLOCK);
        assertThat(next).isCompletedExceptionally();
    }

    @Test
    void should_close_in_time_whatever_does_not_answer() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        CompletableFuture<RecordMetadata> sent = harness.send(transaction, 0, "never answered");

        // when
        harness.runtime.homeLoop().execute(() -> harness.producer.close(Duration.ofSeconds(5)));
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        assertThat(sent).isCompletedExceptionally();
        CompletableFuture<Transaction<String, String>> late = harness.producer.beginAsync();
        harness.runtime.run();
        assertThat(late).isCompletedExceptionally();
    }
}
