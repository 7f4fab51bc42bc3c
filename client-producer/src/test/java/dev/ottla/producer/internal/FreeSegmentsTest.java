package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.internal.record.Segment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FreeSegmentsTest {
    private static final int BATCH_BYTES = 256;

    private final FreeSegments free = new FreeSegments(BATCH_BYTES);
    private final MemoryShare share = new MemoryBudget(1024, BATCH_BYTES, () -> {}, () -> null).common();

    @Test
    void should_keep_nothing_when_cleared_and_go_on_afterwards() {
        // given
        free.add(segment(BATCH_BYTES));
        free.add(segment(2 * BATCH_BYTES));

        // when
        free.clear();

        // then
        assertThat(free.poll(BATCH_BYTES)).isNull();
        assertThat(free.poll(2 * BATCH_BYTES)).isNull();
        Segment again = segment(BATCH_BYTES);
        free.add(again);
        assertThat(free.poll(BATCH_BYTES)).isSameAs(again);
    }

    private Segment segment(int bytes) {
        return new Segment(ByteBuffer.allocateDirect(bytes), share);
    }
}
