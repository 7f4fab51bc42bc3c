package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.ByteSize;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that are looked at where they lie. */
class InPlacePollTest extends EngineFixture {
    private static List<Long> offsets(InPlacePoll poll) {
        List<Long> offsets = new ArrayList<>();
        while (poll.next()) {
            offsets.add(poll.record().offset());
        }
        return offsets;
    }

    private List<Long> pollInPlace(ConsumerEngine engine) {
        InPlacePoll poll = engine.poll(Duration.ZERO);
        if (poll == null) {
            return List.of();
        }
        try (poll) {
            return offsets(poll);
        } finally {
            kafka.loop.advance(A_WHILE);
        }
    }

    @Test
    void should_give_each_record_once_in_order_over_batches_and_partitions() {
        // given
        log.append(3).append(2).appendEmptied(4).append(1);
        TestLog other = new TestLog().append(4);
        ConsumerEngine engine = engine(FIRST, SECOND);

        // when
        fetch().answer(response(
                answer(FIRST).records(log.from(0)).build(),
                answer(SECOND).records(other.from(0)).build()));

        // then
        assertThat(pollInPlace(engine)).containsExactly(0L, 1L, 2L, 3L, 4L, 9L, 0L, 1L, 2L, 3L);
        assertThat(pollInPlace(engine)).isEmpty();
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(10, 5));
        assertThat(engine.position(SECOND)).isEqualTo(new FetchPosition(4, 5));
    }

    @Test
    void should_go_on_after_the_record_at_which_the_last_poll_was_closed() {
        // given
        log.append(5).append(5);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));

        // when
        try (InPlacePoll poll = engine.poll(Duration.ZERO)) {
            for (int i = 0; i < 7; i++) {
                poll.next();
            }
        }

        // then
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(7, 5));
        assertThat(pollInPlace(engine)).isEqualTo(range(7, 10));
    }

    @Test
    void should_count_the_first_record_as_handed_out_even_if_it_was_not_moved_to() {
        // given
        log.append(2);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));

        // when
        engine.poll(Duration.ZERO).close();

        // then
        assertThat(pollInPlace(engine)).containsExactly(1L);
    }

    @Test
    void should_move_to_no_more_than_max_poll_records() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(4), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));

        // then
        assertThat(pollInPlace(engine)).isEqualTo(range(0, 4));
        assertThat(poll(engine)).isEqualTo(range(4, 8));
        assertThat(pollInPlace(engine)).isEqualTo(range(8, 10));
    }

    @Test
    void should_give_no_further_batch_of_a_partition_that_was_set_to_another_position() {
        // given
        log.append(3).append(3);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));

        // when
        List<Long> offsets = new ArrayList<>();
        try (InPlacePoll poll = engine.poll(Duration.ZERO)) {
            poll.next();
            offsets.add(poll.record().offset());
            engine.seek(FIRST, new FetchPosition(1));
            offsets.addAll(offsets(poll));
        }
        fetch().answer(response());
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(offsets).isEqualTo(range(0, 3));
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(1));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(1);
    }

    @Test
    void should_fail_at_a_damaged_batch_in_a_poll_of_its_own() {
        // given
        log.append(3).append(2).damageLast();
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));

        // then
        assertThat(pollInPlace(engine)).isEqualTo(range(0, 3));
        assertThatThrownBy(() -> pollInPlace(engine)).isInstanceOf(CorruptRecordException.class);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(3, 5));
    }

    @Test
    void should_refuse_a_poll_of_the_thread_that_still_looks_at_records() {
        // given
        log.append(2);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        InPlacePoll open = engine.poll(Duration.ZERO);

        // then
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.poll(Duration.ZERO)).hasMessageContaining("close it before the next poll");

        // when
        open.close();

        // then
        assertThat(poll(engine)).containsExactly(1L);
    }

    @Test
    void should_give_credit_back_when_the_last_record_was_looked_at() {
        // given
        log.append(100);
        ConsumerEngine engine =
                engine(options().fetchMaxBytes(ByteSize.bytes(500)), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));
        assertThat(kafka.waiting(ApiKey.FETCH)).isZero();

        // when
        pollInPlace(engine);

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(100);
    }

    @Test
    void should_end_when_its_thread_closes_the_consumer() {
        // given
        log.append(2);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        InPlacePoll open = engine.poll(Duration.ZERO);

        // when
        engine.close(Duration.ZERO);

        // then
        assertThat(open.isOpen()).isFalse();
        assertThat(open.next()).isFalse();
    }
}
