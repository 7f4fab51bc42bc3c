package dev.ottla.testkit.internal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MomentsTest {
    private final Moments moments = new Moments();

    /** A step has led to a moment, from which others can be taken. */
    private boolean come(long step, String moment, Long... next) {
        boolean isNew = moments.add(step, moment, new byte[] {(byte) step});
        if (isNew) {
            moments.leave(moment, List.of(next));
        }
        return isNew;
    }

    @Test
    void should_know_a_moment_however_it_was_come_to() {
        come(0, "begin", 1L, 2L);

        assertThat(come(1, "then", 3L)).isTrue();
        assertThat(come(2, "then", 4L)).isFalse();
        assertThat(moments.size()).isEqualTo(2);
    }

    @Test
    void should_find_no_circle_where_ways_only_meet() {
        come(0, "begin", 1L, 2L);
        come(1, "left", 3L);
        come(2, "right", 4L);
        come(3, "meeting", 5L);
        come(4, "meeting", 6L);

        assertThat(moments.circle()).isEmpty();
    }

    @Test
    void should_find_a_circle_that_no_single_way_goes_through() {
        come(0, "begin", 1L, 2L);
        come(1, "asked", 3L);
        come(3, "refused", 4L);
        come(2, "waiting", 5L);
        come(5, "refused");
        come(4, "waiting");

        assertThat(moments.circle()).hasValueSatisfying(way -> assertThat(way).isIn(new byte[] {2}, new byte[] {3}));
    }

    @Test
    void should_find_a_step_that_leads_nowhere_else() {
        come(0, "begin", 1L);
        come(1, "stuck", 2L);
        come(2, "stuck");

        assertThat(moments.circle()).hasValue(new byte[] {1});
    }
}
