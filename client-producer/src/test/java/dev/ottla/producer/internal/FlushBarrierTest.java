package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FlushBarrierTest {
    private final FlushBarrier barrier = new FlushBarrier();

    @Test
    void should_be_over_at_once_when_nothing_is_open() {
        assertThat(barrier.flush()).isCompleted();
    }

    @Test
    void should_wait_for_what_came_before_and_not_for_what_came_after() {
        // given
        FlushBarrier.Generation before = barrier.enter();
        CompletableFuture<Void> flush = barrier.flush();
        FlushBarrier.Generation after = barrier.enter();

        // when
        barrier.exit(before);

        // then
        assertThat(flush).isCompleted();
        barrier.exit(after);
    }

    @Test
    void should_wait_for_what_an_earlier_flush_waits_for() {
        // given
        FlushBarrier.Generation oldest = barrier.enter();
        CompletableFuture<Void> first = barrier.flush();
        FlushBarrier.Generation next = barrier.enter();
        CompletableFuture<Void> second = barrier.flush();

        // when
        barrier.exit(next);
        assertThat(second).isNotDone();
        barrier.exit(oldest);

        // then
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }
}
