package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.internal.record.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryShareTest {
    private static final int BATCH = 256;
    private static final int TOTAL = 32 * BATCH;

    private final AtomicInteger pressures = new AtomicInteger();
    private final MemoryBudget budget = new MemoryBudget(TOTAL, BATCH, pressures::incrementAndGet);
    private final MemoryShare slow = budget.newShare();

    private static List<Segment> takeAll(MemoryShare share) {
        List<Segment> taken = new ArrayList<>();
        for (Segment segment = share.tryTake(BATCH); segment != null; segment = share.tryTake(BATCH)) {
            taken.add(segment);
        }
        return taken;
    }

    @Test
    void should_give_a_broker_that_is_alone_everything() {
        assertThat(takeAll(slow)).hasSize(32);
    }

    @Test
    void should_leave_a_quarter_to_the_others() {
        // given
        MemoryShare quick = budget.newShare();

        // when
        List<Segment> taken = takeAll(slow);

        // then
        assertThat(taken).hasSize(24);
        assertThat(slow.isUsedUp(BATCH)).isTrue();
        assertThat(takeAll(quick)).hasSizeGreaterThan(4);
        taken.forEach(Segment::release);
        assertThat(slow.isUsedUp(BATCH)).isFalse();
    }

    @Test
    void should_let_the_others_pass_who_waits_for_a_share_that_is_used_up() throws Exception {
        // given
        MemoryShare quick = budget.newShare();
        List<Segment> taken = takeAll(slow);
        AtomicInteger served = new AtomicInteger();
        Thread waiter = new Thread(() -> {
            try {
                served.addAndGet(slow.reserve(BATCH, Duration.ofMinutes(1).toNanos()) ? 1 : 0);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        waiter.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == 1);

        // when
        Segment passing = quick.tryTake(BATCH);

        // then
        assertThat(passing).isNotNull();
        assertThat(slow.isWaitedFor()).isTrue();
        assertThat(budget.isUnderPressure()).as("the others need not hurry").isFalse();
        passing.release();
        assertThat(served).hasValue(0);
        taken.get(0).release();
        waiter.join();
        assertThat(served).hasValue(1);
        assertThat(slow.isWaitedFor()).isFalse();
    }

    @Test
    void should_let_nobody_pass_who_waits_for_more_than_there_is() {
        // given
        MemoryShare quick = budget.newShare();
        List<Segment> taken = takeAll(slow);
        AtomicInteger served = new AtomicInteger();
        budget.common().reserveLater(TOTAL / 2, served::incrementAndGet);

        // then
        assertThat(budget.isUnderPressure()).isTrue();
        assertThat(quick.tryTake(BATCH)).isNull();
        taken.forEach(Segment::release);
        assertThat(served).hasValue(1);
        assertThat(quick.tryTake(BATCH)).isNotNull();
    }

    @Test
    void should_make_segments_smaller_when_memory_gets_short_and_the_partition_is_quiet() {
        MemoryBudget large = new MemoryBudget(1 << 20, 16 * 1024, () -> {});
        assertThat(large.segmentBytesFor(100, 16 * 1024, true)).isEqualTo(16 * 1024);

        assertThat(large.common().tryReserve(700_000)).isTrue();

        assertThat(large.segmentBytesFor(100, 16 * 1024, true)).isEqualTo(1024);
        assertThat(large.segmentBytesFor(5_000, 16 * 1024, true)).isEqualTo(5_000);
        assertThat(large.segmentBytesFor(100, 16 * 1024, false)).isEqualTo(16 * 1024);
        assertThat(large.segmentBytesFor(100, 256, true)).isEqualTo(256);
    }

    @Test
    void should_use_memory_of_each_size_again() {
        // given
        Segment small = slow.tryTake(64);
        small.release();

        // when
        Segment again = slow.tryTake(64);
        Segment other = slow.tryTake(128);

        // then
        assertThat(again.capacity()).isEqualTo(64);
        assertThat(other.capacity()).isEqualTo(128);
        again.release();
        other.release();
        assertThat(takeAll(slow)).as("what is kept gives way").hasSize(32);
    }
}
