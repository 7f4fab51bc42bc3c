package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RetriableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedFailuresTest {
    private final ManualRuntime runtime = new ManualRuntime();
    private final List<String> lines = new ArrayList<>();
    private final LoggedFailures failures =
            new LoggedFailures(runtime.homeLoop(), (count, error) -> lines.add(count + " " + error.getMessage()));

    private static KafkaException because(String words) {
        return new RetriableException(words, null);
    }

    @Test
    void should_write_the_first_at_once_and_what_follows_once_a_second() {
        // when
        for (int record = 0; record < 1_000; record++) {
            failures.onFailure(because("first"));
        }
        runtime.advance(Duration.ofMillis(999));

        // then
        assertThat(lines).containsExactly("1 first");

        // when
        failures.onFailure(because("last"));
        runtime.advance(Duration.ofMillis(1));

        // then
        assertThat(lines).containsExactly("1 first", "1000 last");
    }

    @Test
    void should_write_the_rest_when_the_producer_has_ended() {
        // given
        failures.onFailure(because("first"));
        failures.onFailure(because("second"));
        failures.onFailure(because("third"));

        // when
        failures.writeRest();
        failures.writeRest();

        // then
        assertThat(lines).containsExactly("1 first", "2 third");
    }

    @Test
    void should_go_on_after_a_log_that_throws() {
        // given
        List<String> written = new ArrayList<>();
        LoggedFailures throwing = new LoggedFailures(runtime.homeLoop(), (count, error) -> {
            written.add(count + " " + error.getMessage());
            throw new IllegalStateException("the disk is full");
        });
        assertThatThrownBy(() -> throwing.onFailure(because("first"))).hasMessage("the disk is full");

        // when
        runtime.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> throwing.onFailure(because("second"))).hasMessage("the disk is full");

        // then
        assertThat(written).containsExactly("1 first", "1 second");
    }

    @Test
    void should_write_nothing_more_and_want_no_timer_when_nothing_more_fails() {
        // given
        failures.onFailure(because("first"));
        runtime.advance(Duration.ofSeconds(1));

        // when
        int timers = runtime.timersWithin(Duration.ofHours(1));
        runtime.advance(Duration.ofMinutes(1));
        failures.onFailure(because("much later"));

        // then
        assertThat(timers).isZero();
        assertThat(lines).containsExactly("1 first", "1 much later");
    }
}
