package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.AbortableException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who sends, or waits to send, in a transaction that can't be committed any more hears of it at once; the next is its own. */
class BrokenTransactionTest {
    /** Returns a sender that waits for room in the buffer. */
    private static FutureTask<CompletableFuture<RecordMetadata>> blocked(
            TransactionHarness harness, Transaction<String, String> transaction) {
        harness.send(transaction, 0, "warm");
        harness.ack();
        harness.send(transaction, 0, ProducerHarness.filler(1));
        harness.send(transaction, 2, ProducerHarness.filler(2));
        FutureTask<CompletableFuture<RecordMetadata>> send = new FutureTask<>(() ->
                transaction.send(ProducerRecord.<String, String>of("t", "waits").partition(1)));
        Thread sender = new Thread(send);
        sender.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sender.getState() == Thread.State.TIMED_WAITING);
        return send;
    }

    @Test
    void should_wake_who_waits_for_room_when_the_transaction_can_only_be_aborted() throws Exception {
        // given
        TransactionHarness harness = TransactionHarness.v2WithSmallBuffer();
        Transaction<String, String> transaction = harness.begin();
        FutureTask<CompletableFuture<RecordMetadata>> blocked = blocked(harness, transaction);
        harness.coordinator.plan(ApiKey.TXN_OFFSET_COMMIT, ErrorCode.GROUP_AUTHORIZATION_FAILED);

        // when
        transaction.sendOffsetsAsync(
                Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(1)), GroupMetadata.ofGroup("group"));
        harness.runtime.run();

        // then
        CompletableFuture<RecordMetadata> refused = blocked.get(60, TimeUnit.SECONDS);
        harness.runtime.run();
        assertThat(TransactionHarness.failureOf(refused)).isInstanceOf(AbortableException.class);
        assertThat(transaction.status()).isEqualTo(TransactionStatus.MUST_ABORT);
    }

    @Test
    void should_wake_who_waits_for_room_when_the_producer_is_fenced() throws Exception {
        // given
        TransactionHarness harness = TransactionHarness.v2WithSmallBuffer();
        Transaction<String, String> transaction = harness.begin();
        FutureTask<CompletableFuture<RecordMetadata>> blocked = blocked(harness, transaction);
        harness.coordinator.plan(ApiKey.TXN_OFFSET_COMMIT, ErrorCode.PRODUCER_FENCED);

        // when
        transaction.sendOffsetsAsync(
                Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(1)), GroupMetadata.ofGroup("group"));
        harness.runtime.run();

        // then
        CompletableFuture<RecordMetadata> refused = blocked.get(60, TimeUnit.SECONDS);
        harness.runtime.run();
        assertThat(TransactionHarness.failureOf(refused)).isInstanceOf(ProducerFencedException.class);
    }

    @Test
    void should_wake_who_waits_for_room_when_the_producer_is_closed() throws Exception {
        // given
        TransactionHarness harness = TransactionHarness.v2WithSmallBuffer();
        Transaction<String, String> transaction = harness.begin();
        FutureTask<CompletableFuture<RecordMetadata>> blocked = blocked(harness, transaction);

        // when
        harness.runtime.homeLoop().execute(() -> harness.producer.close(Duration.ofSeconds(5)));
        harness.runtime.run();

        // then
        CompletableFuture<RecordMetadata> refused = blocked.get(60, TimeUnit.SECONDS);
        harness.runtime.run();
        assertThat(TransactionHarness.failureOf(refused)).isInstanceOf(AbortableException.class);
    }

    @Test
    void should_refuse_at_once_what_is_sent_after_a_failure() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> transaction = harness.begin();
        harness.send(transaction, 0, "a");
        harness.network.next().answer(ErrorCode.MESSAGE_TOO_LARGE);
        harness.runtime.run();

        // when
        CompletableFuture<RecordMetadata> late = harness.send(transaction, 1, "late");

        // then
        assertThat(TransactionHarness.failureOf(late)).isInstanceOf(AbortableException.class);
        assertThat(harness.abort(transaction)).isCompleted();
    }

    @Test
    void should_leave_the_next_transaction_alone_when_a_loop_hears_late_of_an_abort() {
        // given
        TransactionHarness harness = TransactionHarness.v2();
        Transaction<String, String> aborted = harness.begin();
        harness.send(aborted, 1, "acknowledged");
        harness.ack();
        EventLoop late = harness.network.loopOf(2);
        harness.runtime.hold(late);
        assertThat(harness.abort(aborted)).isCompleted();

        // when
        Transaction<String, String> next = harness.begin();
        CompletableFuture<RecordMetadata> sent = harness.send(next, 1, "next");
        harness.runtime.release(late);
        harness.runtime.run();

        // then
        assertThat(sent).isNotDone();
        assertThat(harness.ack().values()).containsExactly("next");
        assertThat(sent).isCompleted();
        assertThat(harness.commit(next)).isCompleted();
    }
}
