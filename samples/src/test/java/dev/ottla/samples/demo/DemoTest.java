package dev.ottla.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo as {@code ./demo} does, in a JVM of its own. */
class DemoTest {
    @Test
    void should_find_every_record_in_its_place_and_leave_nothing_behind(@TempDir Path temporary) throws Exception {
        // given
        Process demo = start(temporary, "--records", "5000", "--partitions", "3");

        // when
        List<String> lines = new ArrayList<>();
        Set<ProcessHandle> brokers = Set.of();
        try (BufferedReader output = demo.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.contains("listens on")) {
                    brokers = demo.descendants().collect(Collectors.toSet());
                }
            }
        } finally {
            demo.destroyForcibly();
        }

        // then
        String printed = String.join("\n", lines);
        assertThat(demo.waitFor()).as(printed).isZero();
        assertThat(printed).contains("every record exactly once, in its place, in order");
        assertThat(brokers).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void should_end_with_a_usage_error_when_an_option_is_wrong(@TempDir Path temporary) throws Exception {
        Process demo = start(temporary, "--record", "5000");

        String printed = demo.inputReader().lines().collect(Collectors.joining("\n"));

        assertThat(demo.waitFor()).isEqualTo(2);
        assertThat(printed).contains("Unknown option", "Possible solutions: --records");
    }

    private static Process start(Path temporary, String... arguments) throws IOException {
        List<String> java = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName());
        return new ProcessBuilder(
                        Stream.concat(java.stream(), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .start();
    }
}
