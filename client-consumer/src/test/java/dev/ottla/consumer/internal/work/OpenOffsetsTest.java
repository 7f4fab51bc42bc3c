package dev.ottla.consumer.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenOffsetsTest {
    private final OpenOffsets offsets = new OpenOffsets();

    @Test
    void should_stay_at_first_record_that_is_not_finished() {
        long first = offsets.add(10);
        long second = offsets.add(11);
        long third = offsets.add(12);

        offsets.finish(third);
        offsets.finish(second);

        assertThat(offsets.next()).isEqualTo(10);
        assertThat(offsets.open()).isEqualTo(3);
        offsets.finish(first);
        assertThat(offsets.next()).isEqualTo(13);
        assertThat(offsets.open()).isZero();
    }

    @Test
    void should_stay_in_front_of_record_that_follows_a_compacted_gap() {
        offsets.finish(offsets.add(3));
        offsets.add(90);

        long next = offsets.next();

        assertThat(next).isEqualTo(90);
    }

    @Test
    void should_pass_what_holds_no_records_once_all_is_finished() {
        long only = offsets.add(7);
        offsets.onPassed(9);

        assertThat(offsets.next()).isEqualTo(7);
        offsets.finish(only);
        assertThat(offsets.next()).isEqualTo(9);
    }

    @Test
    void should_refuse_offset_that_does_not_grow() {
        offsets.add(5);

        assertThat(offsets.mayFollow(5)).isFalse();
        assertThatThrownBy(() -> offsets.add(5)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The same as a sorted set of open offsets says, whatever is added and finished in whatever order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void should_agree_with_sorted_set_of_open_offsets(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> open = new TreeSet<>();
        List<long[]> unfinished = new ArrayList<>();
        long offset = random.nextInt(100);
        int window = 1 + random.nextInt(700);

        for (int step = 0; step < 20_000; step++) {
            boolean add = unfinished.isEmpty() || (unfinished.size() < window && random.nextBoolean());
            if (add) {
                offset += 1 + random.nextInt(3);
                unfinished.add(new long[] {offsets.add(offset), offset});
                open.add(offset);
            } else {
                long[] ended = unfinished.remove(random.nextInt(unfinished.size()));
                offsets.finish(ended[0]);
                open.remove(ended[1]);
            }
            assertThat(offsets.next()).isEqualTo(open.isEmpty() ? offset + 1 : open.first());
        }
    }

    @Test
    void should_keep_up_with_a_hundred_thousand_open_records() {
        int count = 100_000;
        long[] places = new long[count];
        for (int i = 0; i < count; i++) {
            places[i] = offsets.add(i);
        }

        for (int i = count - 1; i >= 0; i--) {
            assertThat(offsets.next()).isZero();
            offsets.finish(places[i]);
        }

        assertThat(offsets.next()).isEqualTo(count);
    }
}
