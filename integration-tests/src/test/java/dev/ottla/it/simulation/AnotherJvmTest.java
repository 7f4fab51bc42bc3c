package dev.ottla.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A seed must mean the same on every machine: nothing may depend on the process that it runs in, nor on what runs beside it. The
 * other JVM makes one run after the other, this one as many at a time as it has processors.
 */
@Tag("simulation")
class AnotherJvmTest {
    private static final int SEEDS = 5;

    /** Other identity hashes, another language, time zone, encoding, heap and collector; salts of hashes are others anyway. */
    private static final List<String> DIFFERENCES = List.of(
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:hashCode=2",
            "-Duser.language=tr",
            "-Duser.country=TR",
            "-Duser.timezone=Asia/Kathmandu",
            "-Dfile.encoding=ISO-8859-1",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");

    @TempDir
    Path temporary;

    @Test
    void should_have_the_same_traces_one_by_one_in_another_jvm_and_side_by_side_in_this() throws Exception {
        // given
        Path output = temporary.resolve("digests");
        Path there = Files.createDirectory(temporary.resolve("there"));
        Process other = new ProcessBuilder(command(there))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // when
            String here = TraceDigest.of(
                    TraceDigest.runs(SEEDS).parallel(), Files.createDirectory(temporary.resolve("here")));

            // then
            assertThat(other.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output)).isEqualTo(here);
            assertThat(here.lines()).hasSize(SEEDS * Scenario.all().size());
        } finally {
            other.destroyForcibly();
        }
    }

    private static List<String> command(Path there) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(DIFFERENCES);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                TraceDigest.class.getName(),
                Integer.toString(SEEDS),
                there.toString()));
        return command;
    }
}
