package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is committed, and in which order. */
class CommitsTest extends EngineFixture {
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
    void should_refuse_only_those_commits_of_a_merged_one_whose_partitions_were_refused() {
        // given
        ConsumerEngine engine = committing(FIRST, SECOND);
        commit(engine, 1);
        CompletableFuture<Void> stored = commit(engine, 2);
        CompletableFuture<Void> refused =
                engine.commits().offsets(Map.of(SECOND, new OffsetAndMetadata(9)), Duration.ofSeconds(60));
        CompletableFuture<Void> ofBoth = engine.commits()
                .offsets(
                        Map.of(FIRST, new OffsetAndMetadata(3), SECOND, new OffsetAndMetadata(9)),
                        Duration.ofSeconds(60));
        kafka.loop.run();
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE, ErrorCode.OFFSET_METADATA_TOO_LARGE));

        // then
        assertThat(stored).isCompleted();
        assertThat(failureOf(refused).code()).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
        assertThat(failureOf(ofBoth).code()).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
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

    private static KafkaException failureOf(CompletableFuture<Void> commit) {
        return (KafkaException)
                Objects.requireNonNull(catchThrowable(commit::join).getCause());
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "STALE_MEMBER_EPOCH", "OFFSET_METADATA_TOO_LARGE"})
    void should_not_say_that_nothing_was_committed_when_an_earlier_answer_was_lost(ErrorCode refusal) {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> commit = commit(engine, 1);

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).loseConnection();
        kafka.loop.advance(A_WHILE);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(refusal));

        // then
        assertThat(failureOf(commit))
                .returns(refusal, KafkaException::code)
                .returns(Outcome.UNKNOWN, KafkaException::outcome)
                .hasMessageContaining("An earlier attempt may have been stored.")
                .message()
                .doesNotContain("Nothing was committed");
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_COORDINATOR, UNKNOWN",
        "COORDINATOR_NOT_AVAILABLE, UNKNOWN",
        "REQUEST_TIMED_OUT, UNKNOWN",
        "COORDINATOR_LOAD_IN_PROGRESS, REJECTED"
    })
    void should_say_of_a_commit_that_is_refused_at_last_what_the_first_answer_left_open(
            ErrorCode first, Outcome outcome) {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> commit = commit(engine, 1);

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(first));
        kafka.loop.advance(A_WHILE);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.ILLEGAL_GENERATION));

        // then
        assertThat(failureOf(commit)).isInstanceOf(BrokerException.class);
        assertThat(failureOf(commit).outcome()).isEqualTo(outcome);
    }

    @Test
    void should_not_forget_that_some_partitions_were_stored_when_the_others_are_refused_at_last() {
        // given
        ConsumerEngine engine = committing(FIRST, SECOND);
        CompletableFuture<Void> commit = engine.commits()
                .offsets(
                        Map.of(FIRST, new OffsetAndMetadata(3), SECOND, new OffsetAndMetadata(9)),
                        Duration.ofSeconds(60));
        kafka.loop.run();

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
        kafka.loop.advance(A_WHILE);
        kafka.next(ApiKey.OFFSET_COMMIT)
                .answer(commitAnswer(ErrorCode.ILLEGAL_GENERATION, ErrorCode.ILLEGAL_GENERATION));

        // then
        assertThat(failureOf(commit).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_know_of_commits_when_the_client_is_closed_whether_they_were_sent() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> sent = commit(engine, 1);
        CompletableFuture<Void> waiting = commit(engine, 2);

        // when
        kafka.cluster.close(new ClosedException("closed", null));
        kafka.loop.run();
        CompletableFuture<Void> afterwards = commit(engine, 3);

        // then
        assertThat(failureOf(sent)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(sent).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(waiting)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(waiting).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(failureOf(afterwards).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isEqualTo(1);
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

    @Test
    void should_commit_later_what_was_processed_while_the_topic_was_not_known() {
        // given
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        log.append(10);
        ConsumerEngine engine = engine(options().groupId("g").enableAutoCommit(true), StartingPoint.earliest(), FIRST);
        fetch().answer(fromLog(0));
        poll(engine);

        // when
        kafka.partitions.remove(TOPIC);
        kafka.refreshMetadata();
        poll(engine);
        kafka.loop.advance(Duration.ofSeconds(10));
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isZero();
        kafka.partitions.put(TOPIC, 2);
        kafka.refreshMetadata();
        kafka.loop.advance(Duration.ofSeconds(6));

        // then
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(10);
    }

    @Test
    void should_not_commit_what_was_read_of_a_topic_before_it_was_created_again() {
        // given
        log.append(10);
        ConsumerEngine engine = committing();
        fetch().answer(fromLog(0));
        GroupIdentity reader = engine.poll(new Offsets(), Duration.ZERO);
        CompletableFuture<Void> underWay = commit(engine, 4);
        CompletableFuture<Void> waiting = commit(engine, 5);

        // when
        kafka.newTopicIds.put(TOPIC, new UUID(2, 2));
        kafka.refreshMetadata();
        CompletableFuture<Void> late = engine.commits().offsets(reader, offset(10), Duration.ofSeconds(60));
        kafka.loop.run();

        // then
        assertThat(failureOf(waiting)).hasMessageContaining("created again");
        assertThat(failureOf(late)).hasMessageContaining("created again");
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(underWay).isCompleted();
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isEqualTo(1);
        commit(engine, 1);
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(1);
    }

    @Test
    void should_not_try_a_commit_again_that_was_under_way_when_its_topic_was_created_again() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> underWay = commit(engine, 4);
        kafka.newTopicIds.put(TOPIC, new UUID(2, 2));
        kafka.refreshMetadata();

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(underWay).isCompletedExceptionally();
        assertThat(failureOf(underWay))
                .hasMessageContaining("The offset of " + FIRST + " was not committed")
                .hasMessageContaining("created again");
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isEqualTo(1);
    }

    @Test
    void should_say_that_an_acknowledged_offset_was_not_committed_while_the_topic_was_not_known() {
        // given
        log.append(10);
        ConsumerEngine engine = committing();
        fetch().answer(fromLog(0));
        poll(engine);
        Map<TopicPartition, HeldOffset> held = Map.of(FIRST, new HeldOffset(engine.tenure(FIRST), 3));
        kafka.partitions.remove(TOPIC);
        kafka.refreshMetadata();

        // when
        CompletableFuture<Void> commit = engine.commits().held(held, Duration.ofSeconds(60));
        kafka.loop.run();

        // then
        assertThat(commit)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("do not know at the moment");
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isZero();
    }

    @Test
    void should_not_commit_an_acknowledged_offset_beyond_a_position_that_was_set_back() {
        // given
        log.append(10);
        ConsumerEngine engine = committing();
        fetch().answer(fromLog(0));
        poll(engine);
        long tenure = engine.tenure(FIRST);

        // when
        engine.seek(FIRST, new FetchPosition(4, FetchPosition.UNKNOWN_EPOCH));
        CompletableFuture<Void> commit =
                engine.commits().held(Map.of(FIRST, new HeldOffset(tenure, 8)), Duration.ofSeconds(60));
        kafka.loop.run();

        // then
        assertThat(commit).isCompleted();
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isZero();
    }

    @Test
    void should_leave_acknowledged_offsets_of_another_assignment_to_the_present_owner() {
        // given
        log.append(10);
        ConsumerEngine engine = committing();
        fetch().answer(fromLog(0));
        poll(engine);

        // when
        CompletableFuture<Void> commit = engine.commits()
                .held(Map.of(FIRST, new HeldOffset(engine.tenure(FIRST) - 1, 8)), Duration.ofSeconds(60));
        kafka.loop.run();

        // then
        assertThat(commit).isCompleted();
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isZero();
    }

    @Test
    void should_commit_a_record_only_if_it_was_read_under_the_present_assignment() {
        // given
        log.append(10);
        ConsumerEngine engine = committing();
        fetch().answer(fromLog(0));
        poll(engine);

        // when
        CompletableFuture<Void> read = commitRecord(engine, 6);
        CompletableFuture<Void> neverRead = commitRecord(engine, 10);

        // then
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(7);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(read).isCompleted();
        assertThat(neverRead)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("offset 10 was not read under the present assignment");
    }

    private CompletableFuture<Void> commitRecord(ConsumerEngine engine, long offset) {
        CompletableFuture<Void> commit =
                engine.commits().handedOut(FIRST, new OffsetAndMetadata(offset + 1), Duration.ofSeconds(60));
        kafka.loop.run();
        return commit;
    }
}
