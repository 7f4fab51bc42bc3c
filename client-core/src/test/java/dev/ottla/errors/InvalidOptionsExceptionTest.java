package dev.ottla.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InvalidOptionsExceptionTest {

    @Test
    void should_name_every_problem_in_one_message() {
        // given
        List<InvalidOption> problems = List.of(
                new InvalidOption("linger.ms", "must be at least 0 ms"), new InvalidOption("acks", "must be all"));

        // when
        InvalidOptionsException exception = new InvalidOptionsException(problems);

        // then
        assertThat(exception).hasMessage("2 options are invalid: linger.ms: must be at least 0 ms; acks: must be all");
        assertThat(exception.problems()).isEqualTo(problems);
    }
}
