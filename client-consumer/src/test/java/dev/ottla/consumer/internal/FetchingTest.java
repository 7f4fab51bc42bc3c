package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import dev.ottla.internal.record.ControlRecordType;
import dev.ottla.internal.record.RecordCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is asked of which broker, and what is taken of its answers. */
class FetchingTest extends EngineFixture {
    @Test
    void should_ask_by_topic_id_from_the_position_on_with_the_leaders_epoch() {
        // when
        engine(options(), new StartingPoint.AtOffset(42), FIRST);

        // then
        FetchRequest request = (FetchRequest) fetch().message;
        assertThat(request.topics())
                .singleElement()
                .satisfies(topic -> assertThat(topic.topicId()).isEqualTo(ScriptedCluster.topicId(TOPIC)));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(42);
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(5);
        assertThat(request.sessionId()).isZero();
        assertThat(request.sessionEpoch()).isZero();
    }

    @Test
    void should_fetch_on_before_the_application_has_read() {
        // given
        ConsumerEngine engine = engine(FIRST);
        log.append(10);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(0));
        assertThat(poll(engine)).isEqualTo(range(0, 10));
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(10, 5));
    }

    @Test
    void should_leave_out_what_lies_before_the_position_in_its_batch() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options(), new StartingPoint.AtOffset(7), FIRST);

        // when
        fetch().answer(fromLog(7));

        // then
        assertThat(poll(engine)).isEqualTo(range(7, 10));
    }

    @Test
    void should_go_over_what_compaction_took_away() {
        // given
        log.append(2).appendCompacted(2, 3).appendEmptied(4).append(1).appendEmptied(5);
        ConsumerEngine engine = engine(FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(17);
        assertThat(poll(engine)).containsExactly(0L, 1L, 2L, 3L, 11L);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(17, 5));
    }

    @Test
    void should_take_a_batch_that_is_cut_off_as_if_it_was_not_there() {
        // given
        log.append(5).append(5);
        ConsumerEngine engine = engine(FIRST);
        var whole = log.from(0);

        // when
        fetch().answer(response(
                answer(FIRST).records(whole.slice(0, whole.readableBytes() - 1)).build()));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 5));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(5);
    }

    @Test
    void should_return_no_more_than_max_poll_records_and_the_rest_later() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(4), new StartingPoint.AtOffset(0), FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 4));
        assertThat(poll(engine)).isEqualTo(range(4, 8));
        assertThat(poll(engine)).isEqualTo(range(8, 10));
        assertThat(poll(engine)).isEmpty();
    }

    @Test
    void should_fetch_no_more_until_the_application_has_read_what_is_there() {
        // given
        log.append(100);
        ConsumerEngine engine =
                engine(options().fetchMaxBytes(ByteSize.bytes(500)), new StartingPoint.AtOffset(0), FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(kafka.waiting(ApiKey.FETCH)).isZero();
        poll(engine);
        poll(engine);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(100);
    }

    @Test
    void should_ask_first_for_the_partition_that_got_nothing() {
        // given
        log.append(1);
        engine(FIRST, SECOND);
        TopicPartition before = firstAsked();

        // when
        fetch().answer(response(answer(before).records(log.from(0)).build()));

        // then
        assertThat(firstAsked()).isNotEqualTo(before);
    }

    @Test
    void should_fetch_from_the_new_leader_where_the_old_one_stopped() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        ScriptedCluster.Request toOldLeader = fetch();

        // when
        kafka.leaderId = 2;
        kafka.leaderEpoch = 6;
        toOldLeader.answer(refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(fetch().nodeId).isEqualTo(2);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(6);
        assertThat(poll(engine)).isEqualTo(range(0, 10));
    }

    @Test
    void should_follow_the_metadata_to_the_new_leader_though_the_old_one_is_silent() {
        // given
        engine(FIRST);
        assertThat(fetch().nodeId).isEqualTo(1);

        // when
        kafka.leaderId = 2;
        kafka.leaderEpoch = 6;
        kafka.refreshMetadata();

        // then
        assertThat(kafka.unanswered.stream().map(request -> request.nodeId)).contains(2);
    }

    @Test
    void should_ask_again_when_the_connection_is_lost() {
        // given
        engine(FIRST);

        // when
        fetch().loseConnection();
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isZero();
    }

    @Test
    void should_fail_at_a_damaged_batch_after_all_that_comes_before_it() {
        // given
        log.append(3).append(2).damageLast();
        ConsumerEngine engine = engine(FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        assertThatThrownBy(() -> poll(engine))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("orders-0");
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(3, 5));
    }

    @Test
    void should_fetch_a_damaged_batch_again_after_a_while_and_go_on_when_it_is_whole() {
        // given
        TestLog whole = new TestLog().append(2);
        log.append(2).damageLast();
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(CorruptRecordException.class);
        fetch().answer(response(answer(FIRST).build()));
        assertThat(poll(engine)).isEmpty();

        // when
        kafka.loop.advance(A_WHILE);
        fetch().answer(fromLog(0));
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(CorruptRecordException.class);
        fetch().answer(response(answer(FIRST).build()));
        kafka.loop.advance(A_WHILE);
        fetch().answer(response(answer(FIRST).records(whole.from(0)).build()));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 2));
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

    @Test
    void should_not_ask_for_more_while_the_memory_is_used_up() {
        // given
        log.append(4000).append(4000);
        ConsumerEngine engine =
                engine(options().memory(ByteSize.mib(4)).maxPollRecords(10_000), new StartingPoint.AtOffset(0), FIRST);

        // when more comes than the least memory has room for besides the next answer
        fetch().answer(fromLog(0));

        // then
        assertThat(kafka.waiting(ApiKey.FETCH)).isZero();
        assertThat(poll(engine)).isEqualTo(range(0, 8000));
        assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
        log.append(10);
        fetch().answer(fromLog(8000));
        assertThat(poll(engine)).isEqualTo(range(8000, 8010));
    }

    @Test
    void should_get_back_the_memory_for_answers_that_never_came() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().memory(ByteSize.mib(4)), new StartingPoint.AtOffset(0), FIRST);

        // when
        for (int i = 0; i < 5; i++) {
            fetch().loseConnection();
            kafka.loop.advance(A_WHILE);
        }
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 10));
        assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
    }

    @Test
    void should_ask_again_soon_when_the_partition_was_served_since_it_was_refused_often() {
        // given
        engine(FIRST);
        for (int i = 0; i < 6; i++) {
            awaitFetch();
            fetch().answer(refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        }
        awaitFetch();
        fetch().answer(response());
        kafka.loop.advance(A_WHILE);

        // when
        fetch().answer(refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        kafka.loop.advance(Duration.ofMillis(200));

        // then
        assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
    }

    private void awaitFetch() {
        for (int i = 0; i < 100 && kafka.waiting(ApiKey.FETCH) == 0; i++) {
            kafka.loop.advance(Duration.ofMillis(50));
        }
    }

    /** Throws an error at one record, as often as it is to. */
    private record Failing(Offsets sink, long offset, Error error, AtomicInteger times) implements RecordSink {
        @Override
        public void begin(TopicPartition partition, int recordsMax) {
            sink.begin(partition, recordsMax);
        }

        @Override
        public void accept(RecordCursor record, int leaderEpoch) {
            if (record.offset() == offset && times.getAndDecrement() > 0) {
                throw error;
            }
            sink.accept(record, leaderEpoch);
        }

        @Override
        public void keep() {
            sink.keep();
        }

        @Override
        public void drop() {
            sink.drop();
        }
    }

    @Test
    void should_come_to_every_record_though_reading_one_throws_errors_that_are_not_its_own() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        Offsets read = new Offsets();
        Failing failing = new Failing(read, 4, new NoClassDefFoundError("on purpose"), new AtomicInteger(2));

        // when
        serve();
        engine.poll(failing, Duration.ZERO);
        serve();
        assertThatThrownBy(() -> engine.poll(failing, Duration.ZERO)).isSameAs(failing.error());
        serve();
        engine.poll(failing, Duration.ZERO);

        // then
        assertThat(read.kept()).isEqualTo(range(0, 10));
    }

    /** Answers what was asked for before something changed, and what is asked for then. */
    private void serve() {
        for (int i = 0; i < 2; i++) {
            kafka.loop.advance(A_WHILE);
            fetch().answer(fromLog(asked(fetch(), FIRST).fetchOffset()));
        }
    }
}
