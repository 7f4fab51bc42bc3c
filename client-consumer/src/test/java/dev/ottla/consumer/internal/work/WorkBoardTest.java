package dev.ottla.consumer.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkBoardTest {
    private static final Waiting BLOCKING = (change, nanos) -> change.get(nanos, TimeUnit.NANOSECONDS);

    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final List<TopicPartition> room = new ArrayList<>();
    private long nanos;
    private final WorkBoard<String> board = new WorkBoard<>(3, 4, () -> nanos, room::add);

    @Test
    void should_hold_back_what_must_follow_in_its_lane() {
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        board.add(FIRST, 2, "b", "b2");

        Work<String> first = start();
        Work<String> other = start();

        assertThat(List.of(first.payload(), other.payload())).containsExactly("a0", "b2");
        assertThat(board.tryStart()).isNull();
        board.finish(first);
        assertThat(start().payload()).isEqualTo("a1");
    }

    @Test
    void should_keep_lanes_of_different_partitions_apart() {
        board.add(FIRST, 0, "a", "first");
        board.add(SECOND, 0, "a", "second");

        assertThat(start().payload()).isEqualTo("first");
        assertThat(start().payload()).isEqualTo("second");
    }

    @Test
    void should_start_no_more_than_may_run_at_once() {
        for (int i = 0; i < 4; i++) {
            board.add(FIRST, i, null, "r" + i);
        }

        Work<String> first = start();
        start();
        start();

        assertThat(board.tryStart()).isNull();
        board.finish(first);
        assertThat(start().payload()).isEqualTo("r3");
    }

    @Test
    void should_let_others_go_on_while_suspended_work_holds_its_lane() {
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        board.add(FIRST, 2, "b", "b2");
        Work<String> failed = start();

        board.suspend(failed);

        assertThat(start().payload()).isEqualTo("b2");
        assertThat(board.tryStart()).isNull();
        board.resume(failed);
        assertThat(start()).isSameAs(failed);
        board.finish(failed);
        assertThat(start().payload()).isEqualTo("a1");
    }

    @Test
    void should_tell_of_room_when_full_partition_is_half_empty() {
        List<Work<String>> started = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            board.add(FIRST, i, null, "r" + i);
        }
        assertThat(board.fillsUp(FIRST, 1)).isTrue();
        assertThat(board.fillsUp(SECOND, 1)).isFalse();

        started.add(start());
        board.finish(started.get(0));
        assertThat(room).isEmpty();
        board.finish(start());

        assertThat(room).containsExactly(FIRST);
        assertThat(board.isFull(FIRST)).isFalse();
    }

    @Test
    void should_count_finished_records_of_a_stopped_partition_but_begin_none() throws InterruptedException {
        board.open(FIRST, 7);
        board.add(FIRST, 0, null, "r0");
        board.add(FIRST, 1, null, "r1");
        Work<String> underWay = start();

        board.stop(Set.of(FIRST));

        assertThat(board.tryStart()).isNull();
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isFalse();
        assertThat(board.finish(underWay)).isTrue();
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isTrue();
        assertThat(board.progress(Set.of(FIRST))).containsEntry(FIRST, new HeldOffset(7, 1));
    }

    @Test
    void should_not_mix_what_ends_late_with_the_next_assignment() {
        board.open(FIRST, 1);
        board.add(FIRST, 50, null, "old");
        Work<String> late = start();
        board.remove(Set.of(FIRST), false);
        board.open(FIRST, 2);
        board.add(FIRST, 20, null, "new");

        board.finish(late);

        assertThat(board.progress(Set.of(FIRST))).containsEntry(FIRST, new HeldOffset(2, 20));
    }

    @Test
    void should_begin_anew_when_the_position_was_set_back() {
        board.open(FIRST, 3);
        board.add(FIRST, 50, "a", "before");
        Work<String> before = start();

        board.add(FIRST, 10, "a", "after");

        assertThat(board.tryStart()).as("one of a lane at a time").isNull();
        assertThat(board.finish(before)).isFalse();
        assertThat(start().payload()).isEqualTo("after");
        assertThat(board.progress(Set.of(FIRST))).containsEntry(FIRST, new HeldOffset(3, 10));
    }

    @Test
    void should_not_work_beside_what_was_under_way_when_the_log_was_cut() throws InterruptedException {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        Work<String> before = start();

        // when cut twice, and read again from the beginning each time
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0 again");
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0 once more");
        board.add(FIRST, 1, "b", "b1");

        // then
        assertThat(start().payload()).as("of another lane").isEqualTo("b1");
        assertThat(board.tryStart()).isNull();
        board.stop(Set.of(FIRST));
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isFalse();
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0 at last");
        board.add(FIRST, 1, "a", "a1 at last");
        board.finish(before);
        Work<String> next = start();
        assertThat(next.payload()).isEqualTo("a0 at last");
        assertThat(board.tryStart()).isNull();
        board.finish(next);
        assertThat(start().payload()).isEqualTo("a1 at last");
    }

    @Test
    void should_let_a_lane_go_on_when_what_it_waits_for_fails_or_does_not_begin_after_the_log_was_cut() {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "b", "b1");
        Work<String> failing = start();
        Work<String> queued = start();
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0 again");
        board.add(FIRST, 1, "b", "b1 again");

        // when
        assertThat(board.suspend(failing)).isFalse();
        assertThat(board.mayBegin(queued)).isFalse();

        // then
        assertThat(start().payload()).isEqualTo("a0 again");
        assertThat(start().payload()).isEqualTo("b1 again");
    }

    @Test
    void should_wait_after_the_return_of_a_partition_only_for_work_that_surely_ends() {
        // given
        board.add(FIRST, 0, "a", "first");
        board.add(SECOND, 0, "a", "second");
        Work<String> surelyEnds = start();
        start();

        // when
        board.remove(Set.of(FIRST), true);
        board.remove(Set.of(SECOND), false);
        board.add(FIRST, 0, "a", "first again");
        board.add(SECOND, 0, "a", "second again");

        // then
        assertThat(start().payload()).isEqualTo("second again");
        assertThat(board.tryStart()).isNull();
        board.finish(surelyEnds);
        assertThat(start().payload()).isEqualTo("first again");
    }

    @Test
    void should_count_what_was_handed_out_as_begun_when_gaps_are_filled() {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        board.add(FIRST, 2, "b", "b2");
        Work<String> first = board.tryBegin();
        Work<String> out = board.tryBegin();

        // when
        board.stopWithoutGaps(Set.of(FIRST));
        board.finish(first);

        // then
        Work<String> gap = board.tryBegin();
        assertThat(gap.payload()).isEqualTo("a1");
        board.finish(gap);
        board.finish(out);
        assertThat(board.progress(Set.of(FIRST))).containsEntry(FIRST, new HeldOffset(1, 3));
    }

    @Test
    void should_not_take_what_ends_after_its_partition_was_taken_away_for_finished() {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, null, "r0");
        board.add(FIRST, 1, null, "r1");
        board.add(FIRST, 2, null, "r2");
        Work<String> late = start();
        Work<String> abandoned = start();

        // when
        board.remove(Set.of(FIRST), false);

        // then
        assertThat(board.finish(late)).isFalse();
        assertThat(board.suspend(abandoned)).isFalse();
        assertThat(board.oldest()).isEmpty();
        assertThat(board.tryStart()).as("r2 is not this reader's any more").isNull();
    }

    @Test
    void should_keep_nothing_of_abandoned_work_but_its_place_among_what_may_run_at_once() {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, null, "r0");
        Work<String> abandoned = start();
        board.remove(Set.of(FIRST), false);
        for (int i = 0; i < 3; i++) {
            board.add(SECOND, i, null, "s" + i);
        }

        // when
        start();
        start();

        // then
        assertThat(board.oldest()).hasValue(oldest(SECOND, 0, 0));
        assertThat(board.tryStart()).as("its handler may be at it still").isNull();
        board.finish(abandoned);
        assertThat(start().payload()).isEqualTo("s2");
    }

    @Test
    void should_start_what_lies_in_front_of_finished_work_before_a_partition_is_given_up() throws InterruptedException {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        board.add(FIRST, 2, "b", "b2");
        board.add(FIRST, 3, "c", "c3");
        Work<String> first = begin();
        board.finish(begin());
        assertThat(begin().payload()).isEqualTo("c3");
        board.add(FIRST, 4, "d", "d4");
        board.add(SECOND, 0, "e", "e0");

        // when
        board.stopWithoutGaps(Set.of(FIRST));

        // then
        board.finish(first);
        Work<String> gap = begin();
        assertThat(gap.payload()).as("before what others wait with").isEqualTo("a1");
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isFalse();
        board.finish(gap);
        assertThat(begin().payload()).as("not d4, behind all that has begun").isEqualTo("e0");
        assertThat(board.progress(Set.of(FIRST))).containsEntry(FIRST, new HeldOffset(1, 3));
    }

    @Test
    void should_not_wait_for_gaps_behind_work_that_is_given_up() throws InterruptedException {
        // given
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        board.add(FIRST, 2, "b", "b2");
        Work<String> hopeless = begin();
        board.finish(begin());
        board.stopWithoutGaps(Set.of(FIRST));

        // when
        board.stop(Set.of(FIRST));
        board.suspend(hopeless);

        // then
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isTrue();
        assertThat(board.tryStart()).isNull();
    }

    private Work<String> begin() {
        Work<String> work = start();
        assertThat(board.mayBegin(work)).isTrue();
        return work;
    }

    @Test
    void should_ignore_the_second_end_of_the_same_work() {
        board.add(FIRST, 0, null, "r0");
        Work<String> work = start();

        assertThat(board.finish(work)).isTrue();
        assertThat(board.finish(work)).isFalse();
        assertThat(board.suspend(work)).isFalse();
    }

    @Test
    void should_name_what_is_under_way_longest() {
        board.add(FIRST, 4, null, "r4");
        board.add(FIRST, 5, null, "r5");
        Work<String> first = start();
        nanos = TimeUnit.SECONDS.toNanos(60);
        start();

        assertThat(board.oldest()).hasValue(oldest(FIRST, 4, nanos));
        board.finish(first);
        assertThat(board.oldest()).hasValue(oldest(FIRST, 5, 0));
    }

    @Test
    void should_name_what_is_tried_again_and_again_by_its_first_attempt() {
        // given
        board.add(FIRST, 4, null, "r4");
        Work<String> failing = start();
        for (int attempts = 0; attempts < 3; attempts++) {
            nanos += TimeUnit.SECONDS.toNanos(20);
            board.suspend(failing);
            board.resume(failing);
            assertThat(start()).isSameAs(failing);
        }

        // then
        assertThat(board.oldest()).hasValue(oldest(FIRST, 4, nanos));
        board.suspend(failing);
        assertThat(board.oldest()).as("between attempts too").hasValue(oldest(FIRST, 4, nanos));
        board.finish(failing);
        assertThat(board.oldest()).isEmpty();
    }

    @Test
    void should_forget_what_was_to_be_tried_again_with_its_partition() {
        // given
        board.add(FIRST, 4, null, "r4");
        board.suspend(start());

        // when
        board.remove(Set.of(FIRST), true);

        // then
        assertThat(board.oldest()).isEmpty();
    }

    /** Whatever ends in whatever order: lanes keep their order, and no offset is passed that is not finished. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void should_keep_order_and_gaps_in_any_interleaving(long seed) {
        Random random = new Random(seed);
        WorkBoard<String> any = new WorkBoard<>(16, 1000, () -> 0, partition -> {});
        List<Work<String>> underWay = new ArrayList<>();
        Map<String, Long> lastOfLane = new HashMap<>();
        long added = 0;
        int finished = 0;

        while (finished < 5000) {
            int choice = random.nextInt(4);
            Work<String> started = choice == 1 ? any.tryStart() : null;
            if (choice == 0 && added < 5000) {
                String lane = "k" + random.nextInt(20);
                any.add(FIRST, added++, lane, lane);
            } else if (started != null) {
                Long before = lastOfLane.put(started.payload(), started.offset());
                assertThat(before == null || before <= started.offset()).isTrue();
                underWay.add(started);
            } else if (choice == 2 && !underWay.isEmpty()) {
                any.finish(underWay.remove(random.nextInt(underWay.size())));
                finished++;
            } else if (choice == 3 && !underWay.isEmpty()) {
                Work<String> failed = underWay.remove(random.nextInt(underWay.size()));
                any.suspend(failed);
                any.resume(failed);
            }
            long next = any.progress(Set.of(FIRST))
                    .getOrDefault(FIRST, new HeldOffset(0, 0))
                    .offset();
            assertThat(underWay).allSatisfy(work -> assertThat(work.offset()).isGreaterThanOrEqualTo(next));
        }
    }

    private Work<String> start() {
        Work<String> work = board.tryStart();
        assertThat(work).isNotNull();
        return work;
    }

    private static WorkBoard.Oldest oldest(TopicPartition partition, long offset, long ageNanos) {
        return new WorkBoard.Oldest(new RecordPlace(partition, offset), ageNanos);
    }
}
