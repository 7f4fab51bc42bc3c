package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.benchmarks.compare.ProcessSample.Group;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessSampleTest {
    private static final long MILLIS_20 = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Test
    void should_see_what_a_thread_has_used() throws Exception {
        // given
        long pid = ProcessHandle.current().pid();
        ProcessSample before = ProcessSample.of(pid);

        // when
        AtomicBoolean isSeen = new AtomicBoolean();
        Thread app = new Thread(() -> burnUntil(isSeen), "app-7");
        app.start();
        ProcessSample after = before;
        long startNanos = System.nanoTime();
        while (after.cpuNanos(Group.APP) - before.cpuNanos(Group.APP) < MILLIS_20
                && System.nanoTime() - startNanos < LONG_NANOS) {
            after = ProcessSample.of(pid);
        }
        isSeen.set(true);
        app.join();

        // then
        assertThat(after.cpuNanos(Group.APP)).isGreaterThan(before.cpuNanos(Group.APP));
        assertThat(after.busiestThreadPercent(before)).isPositive();
        assertThat(after.peakRssBytes()).isPositive();
    }

    @Test
    void should_tell_threads_apart_by_their_names() {
        assertThat(List.of("app-0", "kafka--io-1-1", "rdk:broker1", "C2 CompilerThre", "G1 Conc#0", "main"))
                .extracting(Group::of)
                .containsExactly(Group.APP, Group.CLIENT, Group.CLIENT, Group.JIT, Group.GC, Group.OTHER);
    }

    @Test
    void should_say_which_process_is_gone() {
        assertThatThrownBy(() -> ProcessSample.of(Integer.MAX_VALUE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(Integer.toString(Integer.MAX_VALUE));
    }

    @Test
    void should_know_what_the_host_has_taken() {
        // given
        MachineSample before = MachineSample.of(List.of("cpu  100 0 100 800 0 0 0 0 0 0"));

        // when
        MachineSample after = MachineSample.of(List.of("cpu  150 0 120 1000 0 0 0 30 70 0"));

        // then
        assertThat(after.stolenPercent(before)).isEqualTo(10);
    }

    @Test
    void should_tell_what_was_used_without_the_jit() {
        ProcessSample sample = new ProcessSample(
                Map.of(Group.APP, 3L, Group.JIT, 4L, Group.OTHER, 5L), Map.of(), 0, 0, Map.of(), 1, 0);

        assertThat(sample.nanosWithoutJit()).isEqualTo(8);
    }

    private static void burnUntil(AtomicBoolean isSeen) {
        while (!isSeen.get()) {
            Thread.onSpinWait();
        }
    }
}
