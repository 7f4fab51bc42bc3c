package dev.ottla.consumer.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.ManualEventLoop;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.internal.cluster.ExponentialBackoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Duration BACKOFF = Duration.ofMillis(100);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final WorkBoard<String> board = new WorkBoard<>(8, 100, loop, partition -> {});
    private final Deque<Runnable> executor = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private final List<String> stuck = new ArrayList<>();
    private Executor giving = Runnable::run;
    private CompletableFuture<Void> lastResort = CompletableFuture.completedFuture(null);

    @Test
    void should_have_one_thread_do_all_that_it_can() {
        Workers<String> workers = workers(done::add, (failure, times) -> false, executor::add);
        board.add(PARTITION, 0, "a", "a0");
        board.add(PARTITION, 1, "a", "a1");

        workers.dispatch();

        assertThat(executor).hasSize(1);
        runAll();
        assertThat(done).containsExactly("a0", "a1");
        assertThat(committable()).isEqualTo(2);
    }

    @Test
    void should_try_again_after_backoff_before_what_follows() {
        Workers<String> workers = workers(failing("a0", 2), (failure, times) -> times < 3, Runnable::run);
        board.add(PARTITION, 0, "a", "a0");
        board.add(PARTITION, 1, "a", "a1");
        board.add(PARTITION, 2, "b", "b2");

        workers.dispatch();
        assertThat(done).containsExactly("b2");
        assertThat(committable()).isZero();
        loop.advance(BACKOFF.multipliedBy(2));
        assertThat(done).containsExactly("b2");
        loop.advance(BACKOFF.multipliedBy(4));

        assertThat(done).containsExactly("b2", "a0", "a1");
        assertThat(given).isEmpty();
        assertThat(committable()).isEqualTo(3);
    }

    @Test
    void should_go_on_once_failed_work_was_given_away() {
        lastResort = new CompletableFuture<>();
        Workers<String> workers = workers(failing("a0", 9), (failure, times) -> false, Runnable::run);
        board.add(PARTITION, 0, "a", "a0");
        board.add(PARTITION, 1, "a", "a1");

        workers.dispatch();
        assertThat(given).containsExactly("a0");
        assertThat(done).isEmpty();
        lastResort.complete(null);

        assertThat(done).containsExactly("a1");
        assertThat(committable()).isEqualTo(2);
    }

    @Test
    void should_tell_when_failed_work_could_not_be_given_away() {
        lastResort = CompletableFuture.failedFuture(new IllegalStateException("no such topic"));
        Workers<String> workers = workers(failing("a0", 9), (failure, times) -> false, Runnable::run);
        board.add(PARTITION, 0, "a", "a0");
        board.add(PARTITION, 1, "a", "a1");

        workers.dispatch();

        assertThat(stuck).containsExactly("a0: no such topic");
        assertThat(done).isEmpty();
        assertThat(committable()).isZero();
    }

    @Test
    void should_not_hold_a_thread_while_work_goes_on_elsewhere() {
        CompletableFuture<Void> elsewhere = new CompletableFuture<>();
        Workers<String> workers = new Workers<>(
                board,
                threads(Runnable::run),
                loop,
                backoff(),
                payload -> payload.equals("a0") ? elsewhere : CompletableFuture.completedFuture(done.add(payload)),
                (failure, times) -> false,
                outcomes());
        board.add(PARTITION, 0, "a", "a0");
        board.add(PARTITION, 1, "a", "a1");
        board.add(PARTITION, 2, null, "r2");

        workers.dispatch();
        assertThat(done).containsExactly("r2");
        elsewhere.complete(null);

        assertThat(done).containsExactly("r2", "a1");
        assertThat(committable()).isEqualTo(3);
    }

    @Test
    void should_offer_work_again_that_the_executor_had_no_room_for() {
        List<Runnable> refused = new ArrayList<>();
        Executor full = task -> {
            if (refused.isEmpty()) {
                refused.add(task);
                throw new RejectedExecutionException("full");
            }
            task.run();
        };
        Workers<String> workers = workers(done::add, (failure, times) -> false, full);
        board.add(PARTITION, 0, "a", "a0");

        workers.dispatch();
        assertThat(done).isEmpty();
        loop.advance(BACKOFF.multipliedBy(2));

        assertThat(done).containsExactly("a0");
    }

    @Test
    void should_leave_to_others_to_give_what_a_loop_has_found_to_do() {
        // given
        Deque<Runnable> left = new ArrayDeque<>();
        giving = left::add;
        Workers<String> workers = workers(failing("a0", 1), (failure, times) -> times < 3, Runnable::run);
        board.add(PARTITION, 0, "a", "a0");
        workers.dispatch();

        // when
        loop.advance(BACKOFF.multipliedBy(2));

        // then
        assertThat(done).as("the loop itself must not do it").isEmpty();
        left.remove().run();
        assertThat(done).containsExactly("a0");
    }

    @Test
    void should_not_pile_up_calls_when_everything_ends_in_the_thread_that_gives_it() {
        // given
        int deepestMax = 100;
        Set<Integer> depths = new HashSet<>();
        WorkBoard<String> large = new WorkBoard<>(8, 10_000, loop, partition -> {});
        Workers<String> workers = new Workers<>(
                large,
                threads(Runnable::run),
                loop,
                backoff(),
                payload -> {
                    depths.add(new Throwable().getStackTrace().length);
                    return CompletableFuture.completedFuture(done.add(payload));
                },
                (failure, times) -> false,
                outcomes());
        for (int i = 0; i < 1000; i++) {
            large.add(PARTITION, i, null, "r" + i);
        }

        // when
        workers.dispatch();

        // then
        assertThat(done).hasSize(1000);
        assertThat(depths).hasSizeLessThan(deepestMax);
    }

    @Test
    void should_not_begin_what_waits_in_the_executor_when_its_partition_is_given_up() {
        Workers<String> workers = workers(done::add, (failure, times) -> false, executor::add);
        board.add(PARTITION, 0, "a", "a0");
        workers.dispatch();

        board.stop(Set.of(PARTITION));
        runAll();

        assertThat(done).isEmpty();
        assertThat(committable()).isZero();
    }

    @Test
    void should_give_failed_work_away_when_it_can_not_be_told_whether_to_try_again() {
        BiPredicate<Throwable, Integer> throwing = (failure, times) -> {
            throw new IllegalArgumentException("on purpose");
        };
        Workers<String> workers = workers(failing("a0", 1), throwing, Runnable::run);
        board.add(PARTITION, 0, "a", "a0");
        board.add(PARTITION, 1, "a", "a1");

        workers.dispatch();

        assertThat(given).containsExactly("a0");
        assertThat(done).containsExactly("a1");
        assertThat(committable()).isEqualTo(2);
    }

    private Workers<String> workers(Consumer<String> task, BiPredicate<Throwable, Integer> retries, Executor on) {
        return new Workers<>(
                board,
                threads(on),
                loop,
                backoff(),
                payload -> {
                    task.accept(payload);
                    return null;
                },
                retries,
                outcomes());
    }

    private Workers.Threads threads(Executor work) {
        return new Workers.Threads(work, giving);
    }

    private static ExponentialBackoff backoff() {
        return new ExponentialBackoff(BACKOFF, BACKOFF.multipliedBy(100), new Random(1));
    }

    private Workers.Outcomes<String> outcomes() {
        return new Workers.Outcomes<>(
                (work, failure) -> {
                    given.add(work.payload());
                    return lastResort;
                },
                (work, failure) -> stuck.add(work.payload() + ": " + failure.getMessage()));
    }

    private Consumer<String> failing(String payload, int times) {
        int[] left = {times};
        return each -> {
            if (each.equals(payload) && left[0]-- > 0) {
                throw new IllegalStateException("failing " + each);
            }
            done.add(each);
        };
    }

    private void runAll() {
        for (Runnable task = executor.pollFirst(); task != null; task = executor.pollFirst()) {
            task.run();
        }
    }

    private long committable() {
        return board.progress(Set.of(PARTITION))
                .getOrDefault(PARTITION, new HeldOffset(0, 0))
                .offset();
    }
}
