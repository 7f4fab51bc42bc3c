package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where reading begins and goes on. */
class PositionsTest extends EngineFixture {
    @Test
    void should_drop_an_answer_to_a_question_from_before_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        ScriptedCluster.Request early = fetch();

        // when
        engine.seek(FIRST, new FetchPosition(4));
        early.answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(4);
        fetch().answer(fromLog(4));
        assertThat(poll(engine)).isEqualTo(range(4, 10));
    }

    @Test
    void should_not_take_an_answer_from_before_a_seek_back_for_one_to_the_new_question() {
        // given
        log.append(10).append(10);
        ConsumerEngine engine = engine(options(), new StartingPoint.AtOffset(10), FIRST);
        ScriptedCluster.Request early = fetch();

        // when
        engine.seek(FIRST, new FetchPosition(3));
        kafka.loop.run();
        early.answer(fromLog(10));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
    }

    @Test
    void should_read_where_the_later_of_two_seeks_says_whichever_is_heard_of_first() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);

        // when
        engine.seek(FIRST, new FetchPosition(2));
        engine.seek(FIRST, new FetchPosition(7));
        kafka.loop.reverseWaiting();
        kafka.loop.run();
        fetch().answer(fromLog(0));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(7);
        fetch().answer(fromLog(7));
        assertThat(poll(engine)).isEqualTo(range(7, 10));
    }

    @Test
    void should_not_look_a_position_up_that_a_later_seek_has_set() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);

        // when
        engine.seek(List.of(FIRST), StartingPoint.latest());
        engine.seek(FIRST, new FetchPosition(7));
        kafka.loop.reverseWaiting();
        kafka.loop.run();
        fetch().answer(fromLog(0));

        // then
        assertThat(kafka.sent(ApiKey.LIST_OFFSETS)).isZero();
        fetch().answer(fromLog(7));
        assertThat(poll(engine)).isEqualTo(range(7, 10));
    }

    @Test
    void should_look_a_position_up_although_an_earlier_seek_is_heard_of_later() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);

        // when
        engine.seek(FIRST, new FetchPosition(7));
        engine.seek(List.of(FIRST), StartingPoint.earliest());
        kafka.loop.reverseWaiting();
        kafka.loop.run();
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(kafka.waiting(ApiKey.FETCH)).isZero();
        kafka.next(ApiKey.LIST_OFFSETS).answer(listed(3));
        kafka.loop.advance(A_WHILE);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
    }

    @Test
    void should_drop_what_was_fetched_but_not_read_before_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 3));

        // when
        engine.seek(FIRST, new FetchPosition(9));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(9));
    }

    @Test
    void should_go_on_where_it_was_after_a_pause() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        ScriptedCluster.Request ahead = fetch();

        // when
        engine.setPaused(List.of(FIRST), true);
        assertThat(poll(engine)).isEmpty();
        ahead.answer(response());
        assertThat(kafka.waiting(ApiKey.FETCH))
                .as("nothing to ask for while paused")
                .isZero();
        engine.setPaused(List.of(FIRST), false);
        kafka.loop.run();

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(poll(engine)).as("kept over the pause").isEqualTo(range(3, 6));
    }

    @Test
    void should_keep_the_order_of_what_was_fetched_ahead_over_a_pause() {
        // given
        log.append(10).append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(response(
                answer(FIRST).records(new TestLog().append(10).from(0)).build()));
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        ScriptedCluster.Request ahead = fetch();
        assertThat(asked(ahead, FIRST).fetchOffset()).isEqualTo(10);
        ahead.answer(fromLog(10));

        // when
        engine.setPaused(List.of(FIRST), true);
        engine.poll(new Offsets(), Duration.ZERO);
        engine.setPaused(List.of(FIRST), false);

        // then
        List<Long> rest = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rest.addAll(poll(engine));
        }
        assertThat(rest).isEqualTo(range(3, 20));
    }

    @Test
    void should_not_deliver_what_was_kept_over_a_pause_after_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        fetch().answer(response());
        engine.setPaused(List.of(FIRST), true);
        assertThat(poll(engine)).isEmpty();
        fetch().answer(response());

        // when
        engine.seek(FIRST, new FetchPosition(8));
        engine.setPaused(List.of(FIRST), false);
        kafka.loop.run();

        // then
        assertThat(poll(engine)).isEmpty();
        fetch().answer(fromLog(8));
        assertThat(poll(engine)).isEqualTo(range(8, 10));
    }

    @Test
    void should_reset_only_after_all_that_came_before_was_read() {
        // given
        log.append(10);
        ConsumerEngine engine =
                engine(options().autoOffsetReset(AutoOffsetReset.earliest()), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));

        // when
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(kafka.waiting(ApiKey.LIST_OFFSETS)).isZero();
        assertThat(poll(engine)).isEqualTo(range(0, 10));
        poll(engine);
        kafka.next(ApiKey.LIST_OFFSETS).answer(listed(3));
        kafka.loop.advance(A_WHILE);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
    }

    @Test
    void should_fail_when_the_offset_is_gone_and_it_must_not_reset() {
        // given
        ConsumerEngine engine =
                engine(options().autoOffsetReset(AutoOffsetReset.none()), new StartingPoint.AtOffset(8), FIRST);

        // when
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        poll(engine);

        // then
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> poll(engine))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("Offset 8")
                    .hasMessageContaining("orders-0");
        }
        engine.seek(FIRST, new FetchPosition(1));
        assertThat(poll(engine)).isEmpty();
    }

    @Test
    void should_never_begin_by_the_policy_while_it_is_not_known_what_is_committed() {
        // given
        ConsumerEngine engine = engine(
                options().groupId("g").autoOffsetReset(AutoOffsetReset.earliest()), StartingPoint.earliest(), FIRST);

        // when
        for (int i = 0; i < 30; i++) {
            kafka.next(ApiKey.OFFSET_FETCH).answer(committed(-1, ErrorCode.UNSTABLE_OFFSET_COMMIT));
            kafka.loop.advance(A_WHILE);
        }
        kafka.next(ApiKey.OFFSET_FETCH).answer(new OffsetFetchResponse(0, List.of(), (short) 0, List.of()));
        kafka.loop.advance(A_WHILE);
        kafka.next(ApiKey.OFFSET_FETCH).loseConnection();
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(kafka.sent(ApiKey.LIST_OFFSETS)).isZero();
        assertThat(engine.position(FIRST)).isNull();
        kafka.next(ApiKey.OFFSET_FETCH).answer(committed(77, ErrorCode.NONE));
        kafka.loop.advance(A_WHILE);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(77);
    }

    @Test
    void should_deliver_only_when_neither_the_application_nor_the_library_holds_the_partition() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        engine.setPaused(List.of(FIRST), true);
        engine.holdBack(FIRST, true);

        // when
        engine.holdBack(FIRST, false);
        assertThat(poll(engine)).as("the application's pause stays").isEmpty();
        engine.holdBack(FIRST, true);
        engine.setPaused(List.of(FIRST), false);
        assertThat(poll(engine)).as("too much is open still").isEmpty();
        assertThat(engine.paused()).isEmpty();
        engine.holdBack(FIRST, false);

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 10));
    }
}
