package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShortLockTest {
    private static final int THREADS = 8;
    private static final int TURNS = 50_000;

    private final ShortLock lock = new ShortLock();
    private long guarded;

    @Test
    void should_let_one_thread_in_at_a_time() throws Exception {
        // given
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();

        // when
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(this::count));
        }
        for (Future<?> each : running) {
            each.get(30, TimeUnit.SECONDS);
        }
        threads.shutdownNow();

        // then
        assertThat(guarded).isEqualTo((long) THREADS * TURNS);
    }

    private void count() {
        for (int i = 0; i < TURNS; i++) {
            lock.lock();
            guarded++;
            lock.unlock();
        }
    }

    @Test
    void should_keep_an_interrupt_for_later() throws Exception {
        // given
        CountDownLatch begun = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        lock.lock();
        Future<Boolean> waiting = threads.submit(() -> {
            Thread.currentThread().interrupt();
            begun.countDown();
            lock.lock();
            lock.unlock();
            return Thread.currentThread().isInterrupted();
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        // when
        lock.unlock();

        // then
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        threads.shutdownNow();
    }
}
