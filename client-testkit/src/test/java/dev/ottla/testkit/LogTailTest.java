package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    Path directory;

    @Test
    void should_quote_the_last_25_lines() throws IOException {
        Path log = directory.resolve("broker.log");
        Files.write(
                log,
                IntStream.rangeClosed(1, 5_000).mapToObj(line -> "line " + line).toList());

        String tail = LogTail.of(log);

        assertThat(tail).startsWith("The end of " + log + ":\nline 4976\n").endsWith("\nline 5000");
    }

    @Test
    void should_say_so_when_there_is_no_log() {
        String tail = LogTail.of(directory.resolve("none.log"));

        assertThat(tail).startsWith("It has no readable log: ").contains("none.log");
    }
}
