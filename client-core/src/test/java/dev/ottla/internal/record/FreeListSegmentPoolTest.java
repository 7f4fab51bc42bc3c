package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FreeListSegmentPoolTest {
    private final FreeListSegmentPool pool = new FreeListSegmentPool(1024, 3000);

    @Test
    void should_lend_no_more_than_its_bound() {
        Segment first = pool.tryTake(0);
        Segment second = pool.tryTake(1976);

        assertThat(pool.tryTake(0)).isNull();
        second.release();
        assertThat(pool.tryTake(0)).isNotNull();
        first.release();
        assertThat(pool.takenBytes()).isEqualTo(1024);
    }

    @Test
    void should_reuse_standard_segments_only() {
        Segment standard = pool.tryTake(0);
        ByteBuffer memory = standard.memory();
        standard.release();
        pool.tryTake(2000).release();

        Segment again = pool.tryTake(10);

        assertThat(again.memory()).isSameAs(memory);
        assertThat(again.capacity()).isEqualTo(1024);
    }

    @Test
    void should_overwrite_what_comes_back_when_assertions_are_on() {
        Segment segment = pool.tryTake(0);
        ByteBuffer memory = segment.memory();
        memory.putLong(0, 1).putLong(1016, 1);

        segment.release();

        assertThat(memory.getLong(0)).isEqualTo(0xDBDBDBDBDBDBDBDBL);
        assertThat(memory.getLong(1016)).isEqualTo(0xDBDBDBDBDBDBDBDBL);
    }

    @Test
    void should_refuse_heap_memory() {
        assertThatThrownBy(() -> new Segment(ByteBuffer.allocate(100), pool))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void should_refuse_segments_without_room_for_records() {
        assertThatThrownBy(() -> new FreeListSegmentPool(61, 1000)).isInstanceOf(IllegalArgumentException.class);
    }
}
