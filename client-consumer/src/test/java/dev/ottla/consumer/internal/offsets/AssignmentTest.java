package dev.ottla.consumer.internal.offsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.Assignment.Standing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final Assignment assignment = new Assignment();

    private long assign(long assignmentId) {
        return assignment.assign(List.of(PARTITION), assignmentId).get(PARTITION);
    }

    @Test
    void should_leave_a_later_assignment_alone_when_an_earlier_one_ends() {
        // given
        assign(1);
        assignment.remove(List.of(PARTITION), 1);
        assign(2);

        // when
        assignment.remove(List.of(PARTITION), 1);

        // then
        assertThat(assignment.partitions()).containsExactly(PARTITION);
        assertThat(assignment.holdsAny(assignment.partitions(), 1)).isFalse();
        assertThat(assignment.holdsAny(assignment.partitions(), 2)).isTrue();
    }

    @Test
    void should_not_advance_over_the_end_of_a_fetch_epoch() {
        // given
        long before = assign(1);
        long after = assignment.seek(PARTITION, new FetchPosition(50));

        // when
        boolean advanced = assignment.advance(PARTITION, before, new FetchPosition(10), -1);

        // then
        assertThat(advanced).isFalse();
        assertThat(assignment.position(PARTITION)).contains(new FetchPosition(50));
        assertThat(assignment.standing(PARTITION, before)).isEqualTo(Standing.STALE);
        assertThat(assignment.standing(PARTITION, after)).isEqualTo(Standing.CURRENT);
    }

    @Test
    void should_not_take_a_position_that_was_looked_up_before_a_seek() {
        // given
        long before = assign(1);
        assignment.seek(PARTITION, new FetchPosition(50));

        // when, then
        assertThat(assignment.resolve(PARTITION, before, new FetchPosition(0))).isFalse();
        assertThat(assignment.position(PARTITION)).contains(new FetchPosition(50));
    }

    @Test
    void should_count_as_processed_only_what_came_before_the_last_poll() {
        // given
        long epoch = assign(1);
        assignment.resolve(PARTITION, epoch, new FetchPosition(0));
        assignment.advance(PARTITION, epoch, new FetchPosition(10), -1);
        assertThat(assignment.takeProcessed()).isEmpty();

        // when
        assignment.onPoll();
        assignment.advance(PARTITION, epoch, new FetchPosition(20), -1);

        // then
        assertThat(assignment.takeProcessed()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(10)));
        assertThat(assignment.takeProcessed()).isEmpty();
        assertThat(assignment.consumed()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(20)));
    }

    @Test
    void should_prefer_what_was_processed_since_to_what_could_not_be_committed() {
        // given
        long epoch = assign(1);
        assignment.advance(PARTITION, epoch, new FetchPosition(10), -1);
        assignment.onPoll();
        Map<TopicPartition, OffsetAndMetadata> failed = assignment.takeProcessed();
        assignment.advance(PARTITION, epoch, new FetchPosition(20), -1);
        assignment.onPoll();

        // when
        assignment.putBackProcessed(failed);

        // then
        assertThat(assignment.takeProcessed()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(20)));
    }

    @Test
    void should_not_put_back_what_was_superseded_by_a_later_commit() {
        // given
        long epoch = assign(1);
        assignment.advance(PARTITION, epoch, new FetchPosition(10), -1);
        assignment.onPoll();
        Map<TopicPartition, OffsetAndMetadata> failed = assignment.takeProcessed();
        assignment.advance(PARTITION, epoch, new FetchPosition(20), -1);
        assignment.onPoll();
        assignment.takeProcessed();

        // when
        assignment.putBackProcessed(failed);

        // then
        assertThat(assignment.takeProcessed()).isEmpty();
    }

    @Test
    void should_keep_a_pause_over_a_seek_and_forget_it_with_the_assignment() {
        // given
        assign(1);
        assignment.setPaused(PARTITION, true);

        // when
        long epoch = assignment.seek(PARTITION, new FetchPosition(5));

        // then
        assertThat(assignment.standing(PARTITION, epoch)).isEqualTo(Standing.PAUSED);
        assignment.remove(List.of(PARTITION), 1);
        assign(2);
        assertThat(assignment.paused()).isEmpty();
    }

    @Test
    void should_know_a_record_as_handed_out_only_under_the_assignment_that_it_was() {
        // given
        long first = assign(1);
        assignment.resolve(PARTITION, first, new FetchPosition(10));
        assignment.advance(PARTITION, first, new FetchPosition(20), -1);
        assertThat(handedOut(9, 10, 19, 20)).containsExactly(false, true, true, false);

        // when
        assignment.remove(List.of(PARTITION), 1);
        long second = assign(2);
        assertThat(handedOut(15)).containsExactly(false);
        assignment.resolve(PARTITION, second, new FetchPosition(12));
        assignment.advance(PARTITION, second, new FetchPosition(14), -1);

        // then
        assertThat(handedOut(11, 12, 13, 14)).containsExactly(false, true, true, false);
    }

    private List<Boolean> handedOut(long... offsets) {
        return Arrays.stream(offsets)
                .mapToObj(offset -> assignment.isHandedOut(PARTITION, offset + 1))
                .toList();
    }

    @Test
    void should_know_the_time_of_the_last_record_until_the_position_is_set() {
        // given
        long epoch = assign(1);
        assignment.resolve(PARTITION, epoch, new FetchPosition(0));
        assertThat(assignment.lastTimestamp(PARTITION)).isEmpty();

        // when, then
        assignment.advance(PARTITION, epoch, new FetchPosition(10), 500);
        assignment.advance(PARTITION, epoch, new FetchPosition(12), -1);
        assertThat(assignment.lastTimestamp(PARTITION)).hasValue(500);
        assignment.seek(PARTITION, new FetchPosition(3));
        assertThat(assignment.lastTimestamp(PARTITION)).isEmpty();
    }

    @Test
    void should_keep_the_pauses_of_application_and_library_apart() {
        // given
        long epoch = assign(1);
        assignment.setPaused(PARTITION, true);

        // when, then
        assertThat(assignment.setHeldBack(PARTITION, true))
                .as("stopped already")
                .isFalse();
        assertThat(assignment.setHeldBack(PARTITION, false)).isFalse();
        assertThat(assignment.standing(PARTITION, epoch)).isEqualTo(Standing.PAUSED);
        assignment.setHeldBack(PARTITION, true);
        assertThat(assignment.setPaused(PARTITION, false)).isFalse();
        assertThat(assignment.standing(PARTITION, epoch)).isEqualTo(Standing.PAUSED);
        assertThat(assignment.paused()).isEmpty();
        assertThat(assignment.setHeldBack(PARTITION, false)).isTrue();
        assertThat(assignment.standing(PARTITION, epoch)).isEqualTo(Standing.CURRENT);
    }

    @Test
    void should_refuse_what_concerns_partitions_of_others() {
        assertThatThrownBy(() -> assignment.seek(PARTITION, new FetchPosition(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("orders-0");
        assertThatThrownBy(() -> assignment.position(PARTITION)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> assignment.setPaused(PARTITION, true)).isInstanceOf(IllegalStateException.class);
    }
}
