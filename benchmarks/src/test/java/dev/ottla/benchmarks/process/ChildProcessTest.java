package dev.ottla.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ChildProcessTest {
    @TempDir
    private Path directory;

    @Test
    void should_read_the_pairs_of_an_answer() {
        try (ChildProcess echo = child("cat", 10)) {
            assertThat(echo.ask("round sent=3 error=None", "round"))
                    .containsEntry("sent", "3")
                    .containsEntry("error", "None");
        }
    }

    @Test
    void should_say_which_process_has_ended() {
        try (ChildProcess ended = child("true", 10)) {
            assertThatThrownBy(() -> ended.await("ready"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the peer")
                    .hasMessageContaining("it has ended");
        }
    }

    @Test
    void should_not_wait_for_ever_for_an_answer() {
        try (ChildProcess silent = child("cat", 0)) {
            assertThatThrownBy(() -> silent.await("ready"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("said nothing for 0 s");
        }
    }

    @Test
    void should_tell_a_refusal_from_a_failure() {
        try (ChildProcess echo = child("cat", 10)) {
            assertThatThrownBy(() -> echo.ask("refused no such setting", "ready"))
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessage("no such setting");
        }
    }

    private ChildProcess child(String program, long answerSeconds) {
        return new ChildProcess("the peer", List.of(program), directory.resolve("log"), answerSeconds);
    }
}
