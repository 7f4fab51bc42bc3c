package dev.ottla.consumer.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is waited for when partitions are given up, with readers that stop meanwhile and work that does not end. */
class GivingUpTest {
    private static final Waiting BLOCKING = (change, nanos) -> change.get(nanos, TimeUnit.NANOSECONDS);

    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private long nanos;
    private final WorkBoard<String> board = new WorkBoard<>(8, 100, () -> nanos, partition -> {});

    private Work<String> begin() {
        Work<String> work = board.tryBegin();
        assertThat(work).isNotNull();
        return work;
    }

    /** Offset 1 waits to be handed out, between two that are finished. */
    private void gap() {
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        board.add(FIRST, 1, "a", "a1");
        board.add(FIRST, 2, "b", "b2");
        Work<String> first = begin();
        board.finish(begin());
        board.finish(first);
    }

    @Test
    void should_not_start_to_fill_gaps_once_stopped() throws InterruptedException {
        // given
        gap();
        board.stop(Set.of(FIRST));

        // when
        board.stopWithoutGaps(Set.of(FIRST));

        // then
        assertThat(board.tryBegin()).isNull();
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isTrue();
    }

    @Test
    void should_wake_who_waits_for_gaps_when_they_are_not_to_be_filled_any_more() throws Exception {
        // given
        gap();
        board.stopWithoutGaps(Set.of(FIRST));
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                idle.complete(board.awaitIdle(Set.of(FIRST), TimeUnit.MINUTES.toNanos(10), BLOCKING));
            } catch (InterruptedException e) {
                idle.completeExceptionally(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        // when
        board.stop(Set.of(FIRST));

        // then
        assertThat(idle.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void should_start_nothing_and_wait_for_nothing_once_partitions_are_lost_while_they_are_given_up()
            throws InterruptedException {
        // given a gap to fill, and work that is under way
        gap();
        board.add(FIRST, 3, "c", "c3");
        board.open(SECOND, 1);
        board.add(SECOND, 0, "a", "a0");
        Work<String> gap = begin();
        assertThat(begin().payload()).isEqualTo("c3");
        board.suspend(gap);
        board.stopWithoutGaps(Set.of(FIRST));
        board.resume(gap);
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isFalse();

        // when
        board.lose(Set.of(FIRST));

        // then
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isTrue();
        assertThat(begin().partition()).as("nothing more of the other").isEqualTo(SECOND);
        assertThat(board.tryBegin()).isNull();
    }

    /** Work at offset 0 that goes on although its partition was given up, and the same record once more, behind it. */
    private Work<String> outlasting() throws InterruptedException {
        board.open(FIRST, 1);
        board.add(FIRST, 0, "a", "a0");
        Work<String> endless = begin();
        board.stopWithoutGaps(Set.of(FIRST));
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isFalse();
        board.remove(Set.of(FIRST), true);
        board.open(FIRST, 2);
        board.add(FIRST, 0, "a", "a0 again");
        return endless;
    }

    @Test
    void should_not_wait_again_for_work_that_was_waited_for_in_vain() throws InterruptedException {
        // given
        Work<String> endless = outlasting();

        // when
        board.stopWithoutGaps(Set.of(FIRST));

        // then
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isTrue();
        board.remove(Set.of(FIRST), true);
        board.open(FIRST, 3);
        board.add(FIRST, 0, "a", "a0 once more");
        assertThat(board.tryBegin()).as("the lane waits still").isNull();
        board.finish(endless);
        assertThat(begin().payload()).isEqualTo("a0 once more");
    }

    @Test
    void should_not_wait_for_a_gap_behind_work_that_was_waited_for_in_vain() throws InterruptedException {
        // given
        Work<String> endless = outlasting();
        board.add(FIRST, 1, "b", "b1");
        board.add(FIRST, 2, "c", "c2");
        board.finish(begin());
        Work<String> underWay = begin();

        // when
        board.stopWithoutGaps(Set.of(FIRST));

        // then
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING))
                .as("c2 is still to end")
                .isFalse();
        board.finish(underWay);
        assertThat(board.awaitIdle(Set.of(FIRST), 0, BLOCKING)).isTrue();
        board.finish(endless);
        assertThat(board.tryBegin()).as("its next owner's").isNull();
    }

    @Test
    void should_name_work_that_a_lane_waits_for_although_its_partition_was_taken_away() throws InterruptedException {
        // given
        Work<String> endless = outlasting();
        nanos = TimeUnit.SECONDS.toNanos(60);
        board.add(SECOND, 7, "a", "a7");
        begin();

        // then
        assertThat(board.oldest()).hasValue(oldest(FIRST, 0, nanos));
        board.finish(endless);
        assertThat(board.oldest()).hasValue(oldest(SECOND, 7, 0));
    }

    private static WorkBoard.Oldest oldest(TopicPartition partition, long offset, long ageNanos) {
        return new WorkBoard.Oldest(new RecordPlace(partition, offset), ageNanos);
    }
}
