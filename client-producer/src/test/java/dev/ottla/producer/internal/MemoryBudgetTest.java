package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.record.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long LONG_NANOS = Duration.ofMinutes(1).toNanos();

    private final AtomicInteger pressures = new AtomicInteger();
    private final AtomicReference<KafkaException> refusal = new AtomicReference<>();
    private final MemoryBudget budget = new MemoryBudget(1024, 256, pressures::incrementAndGet, refusal::get);
    private final MemoryShare memory = budget.common();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Waits for room; returns whether there was any in time. */
    private boolean reserve(long bytes, long timeoutNanos) throws InterruptedException {
        return budget.reserve(() -> memory, bytes, timeoutNanos) != null;
    }

    @Test
    void should_lend_up_to_its_bound_and_no_more() {
        // given
        List<Segment> taken = new ArrayList<>();

        // when
        for (Segment segment = memory.tryTake(256); segment != null; segment = memory.tryTake(256)) {
            taken.add(segment);
        }

        // then
        assertThat(taken).hasSize(4);
        taken.forEach(Segment::release);
        assertThat(budget.usedBytes()).isZero();
        assertThat(memory.tryTake(1025)).isNull();
        Segment large = memory.tryTake(1024);
        assertThat(large.capacity()).isEqualTo(1024);
        large.release();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void should_serve_those_who_wait_in_their_order_and_nobody_before_them() throws Exception {
        // given
        assertThat(memory.tryReserve(1024)).isTrue();
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 3; i++) {
            int number = i;
            int waiting = i + 1;
            threads.execute(() -> {
                if (reserve(600)) {
                    served.add(number);
                }
            });
            await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == waiting);
        }

        // when
        memory.release(500);

        // then
        assertThat(memory.tryReserve(100)).as("the first in line wants more").isFalse();
        for (int i = 0; i < 3; i++) {
            int count = i + 1;
            memory.release(i == 0 ? 524 : 600);
            await().atMost(Duration.ofSeconds(60)).until(() -> served.size() == count);
        }
        assertThat(served).containsExactly(0, 1, 2);
        memory.release(600);
        assertThat(budget.usedBytes()).isZero();
        assertThat(budget.isUnderPressure()).isFalse();
    }

    private boolean reserve(long bytes) {
        try {
            return reserve(bytes, LONG_NANOS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void should_let_the_next_in_line_in_when_the_first_gives_up() throws Exception {
        // given
        assertThat(memory.tryReserve(900)).isTrue();
        Future<Boolean> impatient =
                threads.submit(() -> reserve(500, Duration.ofMillis(50).toNanos()));
        await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == 1);

        // when
        Future<Boolean> modest = threads.submit(() -> reserve(100, LONG_NANOS));

        // then
        assertThat(impatient.get()).isFalse();
        assertThat(modest.get()).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(1000);
    }

    @Test
    void should_keep_nothing_for_a_thread_that_was_interrupted() throws Exception {
        // given
        assertThat(memory.tryReserve(1024)).isTrue();
        Thread waiter = new Thread(
                () -> assertThatThrownBy(() -> reserve(100, LONG_NANOS)).isInstanceOf(InterruptedException.class));
        waiter.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> waiter.getState() == Thread.State.TIMED_WAITING);

        // when
        waiter.interrupt();
        waiter.join();

        // then
        memory.release(1024);
        assertThat(budget.usedBytes()).isZero();
        assertThat(budget.isUnderPressure()).isFalse();
    }

    @Test
    void should_fail_those_who_wait_when_closed() throws Exception {
        // given
        assertThat(memory.tryReserve(1024)).isTrue();
        Future<Boolean> waiter = threads.submit(() -> reserve(100, LONG_NANOS));
        await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == 1);

        // when
        budget.close(ProducerFailures.closed());

        // then
        assertThatThrownBy(waiter::get).hasCauseInstanceOf(ClosedException.class);
        memory.release(1024);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void should_fail_those_who_wait_when_nobody_may_and_let_them_wait_again_later() throws Exception {
        // given
        assertThat(memory.tryReserve(1024)).isTrue();
        Future<Boolean> waiter = threads.submit(() -> reserve(100, LONG_NANOS));
        await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == 1);

        // when
        refusal.set(ProducerFailures.closed());
        budget.onRefusal();

        // then
        assertThatThrownBy(() -> waiter.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> reserve(100, LONG_NANOS)).isInstanceOf(ClosedException.class);
        refusal.set(null);
        Future<Boolean> patient = threads.submit(() -> reserve(100, LONG_NANOS));
        memory.release(1024);
        assertThat(patient.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(100);
    }

    @Test
    void should_serve_listeners_in_line_with_threads() throws Exception {
        // given
        assertThat(memory.tryReserve(1024)).isTrue();
        Future<Boolean> thread = threads.submit(() -> reserve(600, LONG_NANOS));
        await().atMost(Duration.ofSeconds(60)).until(() -> pressures.get() == 1);
        AtomicInteger told = new AtomicInteger();
        budget.reserveLater(() -> memory, 400, share -> told.incrementAndGet());

        // when
        memory.release(500);
        assertThat(told).as("the thread is first and wants more").hasValue(0);
        memory.release(524);

        // then
        assertThat(thread.get()).isTrue();
        assertThat(told).hasValue(1);
        assertThat(budget.usedBytes()).isEqualTo(1000);
        assertThat(budget.isUnderPressure()).isFalse();
    }

    @Test
    void should_end_at_zero_after_many_threads_took_and_gave() throws Exception {
        // given
        List<Future<?>> workers = new ArrayList<>();

        // when
        for (int worker = 0; worker < 8; worker++) {
            SplittableRandom random = new SplittableRandom(worker);
            workers.add(threads.submit(() -> {
                for (int i = 0; i < 2_000; i++) {
                    int bytes = random.nextInt(256, 1024);
                    assertThat(reserve(bytes, LONG_NANOS)).isTrue();
                    Segment segment = memory.segment(bytes);
                    assertThat(budget.usedBytes()).isLessThanOrEqualTo(1024);
                    segment.release();
                }
                return null;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get();
        }

        // then
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void should_keep_each_size_for_reuse() {
        // given
        MemoryBudget sized = new MemoryBudget(1 << 20, 1 << 16, () -> {}, () -> null);
        int large = sized.segmentBytesFor((1 << 17) - 100, 1 << 16, false);
        Segment small = sized.common().tryTake(1 << 12);
        Segment whole = sized.common().tryTake(1 << 16);
        Segment larger = sized.common().tryTake(large);

        // when
        List.of(small, whole, larger).forEach(Segment::release);

        // then
        assertThat(large).isEqualTo(1 << 17);
        assertThat(sized.usedBytes()).isZero();
        assertThat(sized.common().tryTake(1 << 12)).isSameAs(small);
        assertThat(sized.common().tryTake(1 << 16)).isSameAs(whole);
        assertThat(sized.common().tryTake(1 << 17)).isSameAs(larger);
    }

    @Test
    void should_leave_what_is_kept_to_those_who_have_reserved_it() {
        // given
        List<Segment> kept = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            kept.add(memory.tryTake(256));
        }
        kept.forEach(Segment::release);

        // when
        List<Segment> again = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertThat(memory.tryReserve(256)).isTrue();
        }
        for (int i = 0; i < 4; i++) {
            again.add(memory.segment(256));
        }

        // then
        assertThat(again).containsExactlyInAnyOrderElementsOf(kept);
    }

    @Test
    void should_round_up_for_a_large_record_unless_only_the_record_has_room() {
        assertThat(budget.segmentBytesFor(300, 256, false)).isEqualTo(512);
        assertThat(memory.tryReserve(1024)).isTrue();
        assertThat(budget.segmentBytesFor(300, 256, false)).as("waits").isEqualTo(512);
        memory.release(400);
        assertThat(budget.segmentBytesFor(300, 256, false)).as("has room").isEqualTo(300);
        assertThat(budget.segmentBytesFor(401, 256, false)).as("waits").isEqualTo(512);
        assertThat(budget.segmentBytesFor(1025, 256, false)).as("never fits").isEqualTo(1025);
    }

    @Test
    void should_give_up_segments_that_are_kept_when_others_need_the_memory() {
        // given
        MemoryBudget sized = new MemoryBudget(1 << 17, 1 << 16, () -> {}, () -> null);
        Segment first = sized.common().tryTake(1 << 16);
        Segment second = sized.common().tryTake(1 << 16);
        first.release();
        second.release();

        // when
        List<Segment> small = new ArrayList<>();
        for (Segment each = sized.common().tryTake(2048);
                each != null;
                each = sized.common().tryTake(2048)) {
            small.add(each);
        }

        // then
        assertThat(small).hasSize(64);
        small.forEach(Segment::release);
        assertThat(sized.common().tryTake(1 << 16))
                .isNotNull()
                .isNotSameAs(first)
                .isNotSameAs(second);
    }
}
