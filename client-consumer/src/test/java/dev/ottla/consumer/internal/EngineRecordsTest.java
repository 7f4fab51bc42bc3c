package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitResponse;
import dev.ottla.internal.record.ControlRecordType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** From the broker's answer to the record, and what is committed of it. */
class EngineRecordsTest extends ConsumerEngineScenario {

    @Test
    void should_fail_at_a_damaged_batch_after_all_that_comes_before_it() {
        // given
        log.append(3).append(2).damageLast();
        ConsumerEngine engine = engine(FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> poll(engine))
                    .isInstanceOf(CorruptRecordException.class)
                    .hasMessageContaining("orders-0");
        }
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(3, 5));
    }

    @Test
    void should_give_other_partitions_their_turn_when_one_fails() {
        // given
        log.append(1).damageLast();
        TestLog healthy = new TestLog().append(4);
        ConsumerEngine engine = engine(FIRST, SECOND);

        // when
        fetch().answer(response(
                answer(FIRST).records(log.from(0)).build(),
                answer(SECOND).records(healthy.from(0)).build()));

        // then
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(CorruptRecordException.class);
        assertThat(poll(engine)).isEqualTo(range(0, 4));
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void should_leave_out_aborted_transactions_in_whatever_order_they_are_listed() {
        // given
        log.appendTransactional(1, 2) // 0-1 aborted
                .appendTransactional(2, 2) // 2-3 committed
                .append(1) // 4
                .appendMarker(1, ControlRecordType.ABORT) // 5
                .appendTransactional(1, 2) // 6-7 committed
                .appendMarker(2, ControlRecordType.COMMIT) // 8
                .appendMarker(1, ControlRecordType.COMMIT) // 9
                .appendTransactional(2, 1) // 10 aborted
                .appendTransactional(1, 1) // 11 aborted
                .appendMarker(1, ControlRecordType.ABORT) // 12
                .appendMarker(1, ControlRecordType.ABORT) // 13, a second marker of nothing
                .appendMarker(2, ControlRecordType.ABORT) // 14
                .append(1); // 15
        ConsumerEngine engine =
                engine(options().isolationLevel(IsolationLevel.READ_COMMITTED), new StartingPoint.AtOffset(0), FIRST);

        // when
        assertThat(((FetchRequest) fetch().message).isolationLevel()).isEqualTo((byte) 1);
        fetch().answer(response(answer(FIRST)
                .records(log.from(0))
                .abortedTransactions(List.of(
                        new AbortedTransaction(1, 11), new AbortedTransaction(2, 10), new AbortedTransaction(1, 0)))
                .build()));

        // then
        assertThat(poll(engine)).containsExactly(2L, 3L, 4L, 6L, 7L, 15L);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(16, 5));
    }

    @Test
    void should_remember_what_is_aborted_over_several_polls_of_one_answer() {
        // given
        log.append(2)
                .appendTransactional(1, 2)
                .append(1)
                .appendTransactional(1, 2)
                .appendMarker(1, ControlRecordType.ABORT);
        ConsumerEngine engine = engine(
                options().isolationLevel(IsolationLevel.READ_COMMITTED).maxPollRecords(1),
                new StartingPoint.AtOffset(0),
                FIRST);

        // when
        fetch().answer(response(answer(FIRST)
                .records(log.from(0))
                .abortedTransactions(List.of(new AbortedTransaction(1, 2)))
                .build()));
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            offsets.addAll(poll(engine));
        }

        // then
        assertThat(offsets).containsExactly(0L, 1L, 4L);
    }

    private ConsumerEngine committing() {
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        return engine(options().groupId("g").enableAutoCommit(false), StartingPoint.earliest(), FIRST);
    }

    private static Map<TopicPartition, OffsetAndMetadata> offset(long offset) {
        return Map.of(FIRST, new OffsetAndMetadata(offset));
    }

    private static long committed(RequestMessage<?> request) {
        return ((OffsetCommitRequest) request)
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .committedOffset();
    }

    private static ResponseMessage commitAnswer(ErrorCode error) {
        return new OffsetCommitResponse(
                0,
                List.of(new OffsetCommitResponse.OffsetCommitResponseTopic(
                        "",
                        ScriptedCluster.topicId(TOPIC),
                        List.of(new OffsetCommitResponse.OffsetCommitResponsePartition(0, error.code())))));
    }

    private CompletableFuture<Void> commit(ConsumerEngine engine, long offset) {
        CompletableFuture<Void> commit = engine.commit(offset(offset), Duration.ofSeconds(60));
        kafka.loop.run();
        return commit;
    }

    @Test
    void should_send_one_commit_at_a_time_and_merge_those_that_wait() {
        // given
        ConsumerEngine engine = committing();

        // when
        CompletableFuture<Void> first = commit(engine, 1);
        CompletableFuture<Void> second = commit(engine, 2);
        CompletableFuture<Void> third = commit(engine, 3);

        // then
        assertThat(kafka.waiting(ApiKey.OFFSET_COMMIT)).isEqualTo(1);
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(1);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(3);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
    }

    @Test
    void should_repeat_a_commit_whose_answer_was_lost_before_any_later_one() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> first = commit(engine, 1);
        commit(engine, 2);

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).loseConnection();
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(first).isNotDone();
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(1);
    }

    @Test
    void should_commit_at_the_new_coordinator() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> commit = commit(engine, 1);

        // when
        kafka.coordinatorId = 2;
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NOT_COORDINATOR));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(kafka.next(ApiKey.OFFSET_COMMIT).nodeId).isEqualTo(2);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(commit).isCompleted();
    }

    @Test
    void should_tell_that_nothing_was_committed_when_the_group_has_moved_on() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> commit = commit(engine, 1);

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.ILLEGAL_GENERATION));

        // then
        assertThat(commit)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BrokerException.class)
                .withMessageContaining("Nothing was committed");
    }

    @Test
    void should_commit_automatically_what_was_processed_and_try_again_what_failed() {
        // given
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        log.append(10);
        ConsumerEngine engine = engine(
                options().groupId("g").enableAutoCommit(true).maxPollRecords(4), StartingPoint.earliest(), FIRST);
        fetch().answer(fromLog(0));
        poll(engine);

        // when
        kafka.loop.advance(Duration.ofSeconds(20));
        assertThat(kafka.waiting(ApiKey.OFFSET_COMMIT))
                .as("the first poll's records may be under way")
                .isZero();
        poll(engine);
        kafka.loop.advance(Duration.ofSeconds(5));

        // then
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(4);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.OFFSET_METADATA_TOO_LARGE));
        kafka.loop.advance(Duration.ofSeconds(5));
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(4);
    }
}
