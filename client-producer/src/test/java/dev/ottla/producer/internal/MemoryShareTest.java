package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.internal.record.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryShareTest {
    private static final int BATCH = 256;
    private static final int TOTAL = 32 * BATCH;

    private final AtomicInteger pressures = new AtomicInteger();
    private final MemoryBudget budget = new MemoryBudget(TOTAL, BATCH, pressures::incrementAndGet, () -> null);
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
                MemoryShare of =
                        budget.reserve(() -> slow, BATCH, Duration.ofMinutes(1).toNanos());
                served.addAndGet(of == slow ? 1 : 0);
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
        budget.reserveLater(budget::common, TOTAL / 2, share -> served.incrementAndGet());

        // then
        assertThat(budget.isUnderPressure()).isTrue();
        assertThat(quick.tryTake(BATCH)).isNull();
        taken.forEach(Segment::release);
        assertThat(served).hasValue(1);
        assertThat(quick.tryTake(BATCH)).isNotNull();
    }

    @Test
    void should_tell_of_pressure_when_room_that_comes_back_makes_a_large_wish_the_next_in_line() {
        // given
        MemoryShare quick = budget.newShare();
        for (int i = 0; i < 16; i++) {
            assertThat(quick.tryTake(BATCH)).isNotNull();
        }
        Segment only = slow.tryTake(BATCH);
        AtomicInteger served = new AtomicInteger();
        budget.reserveLater(() -> slow, 20 * BATCH, share -> served.incrementAndGet());
        assertThat(budget.isUnderPressure()).as("its share has to shrink first").isFalse();
        assertThat(pressures).hasValue(1);

        // when
        only.release();

        // then
        assertThat(budget.isUnderPressure()).isTrue();
        assertThat(pressures).as("now all have to send").hasValue(2);
        assertThat(served).hasValue(0);
    }

    @Test
    void should_serve_from_the_share_of_the_new_owner_who_waits_for_a_partition_that_moves() throws Exception {
        // given
        MemoryShare quick = budget.newShare();
        List<Segment> taken = takeAll(slow);
        AtomicReference<MemoryShare> owner = new AtomicReference<>(slow);
        FutureTask<MemoryShare> blocked = new FutureTask<>(
                () -> budget.reserve(owner::get, BATCH, Duration.ofMinutes(1).toNanos()));
        new Thread(blocked).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == 1);
        List<MemoryShare> served = new ArrayList<>();
        budget.reserveLater(owner::get, BATCH, served::add);
        budget.reserveLater(() -> slow, BATCH, served::add);
        assertThat(served).isEmpty();

        // when
        owner.set(quick);
        budget.onOwnerChanged(slow);

        // then
        assertThat(blocked.get(60, TimeUnit.SECONDS)).isSameAs(quick);
        assertThat(served).containsExactly(quick);
        assertThat(slow.isWaitedFor()).isTrue();
        assertThat(quick.isWaitedFor()).isFalse();
        assertThat(budget.usedBytes()).isEqualTo((taken.size() + 2L) * BATCH);
        taken.subList(0, 8).forEach(Segment::release);
        assertThat(served).containsExactly(quick, slow);
    }

    @Test
    void should_keep_their_order_when_those_who_wait_move_behind_others() {
        // given
        MemoryShare quick = budget.newShare();
        takeAll(slow);
        takeAll(quick);
        AtomicReference<MemoryShare> owner = new AtomicReference<>(slow);
        List<Integer> served = new ArrayList<>();
        budget.reserveLater(owner::get, BATCH, share -> served.add(1));
        budget.reserveLater(() -> quick, BATCH, share -> served.add(2));
        budget.reserveLater(owner::get, BATCH, share -> served.add(3));

        // when
        owner.set(quick);
        budget.onOwnerChanged(slow);
        quick.release(3 * BATCH);

        // then
        assertThat(served).containsExactly(1, 2, 3);
    }

    @Test
    void should_make_segments_smaller_when_memory_gets_short_and_the_partition_is_quiet() {
        MemoryBudget large = new MemoryBudget(1 << 20, 16 * 1024, () -> {}, () -> null);
        assertThat(large.segmentBytesFor(100, 16 * 1024, true)).isEqualTo(16 * 1024);

        assertThat(large.common().tryReserve(700_000)).isTrue();

        assertThat(large.segmentBytesFor(100, 16 * 1024, true)).isEqualTo(1024);
        assertThat(large.segmentBytesFor(5_000, 16 * 1024, true)).isEqualTo(5 * 1024);
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
