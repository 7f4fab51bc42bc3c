package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a JVM that starts a broker, ends it, and looks for the broker. */
@Tag("processes")
class ParentDeathTest {
    @TempDir
    Path temporary;

    @Test
    void should_end_the_broker_when_its_launcher_is_killed() throws Exception {
        brokerEndsWith(Process::destroyForcibly, "running");
    }

    @Test
    void should_end_a_paused_broker_when_its_launcher_is_killed() throws Exception {
        brokerEndsWith(Process::destroyForcibly, "paused");
    }

    @Test
    void should_end_the_broker_and_delete_its_files_when_its_launcher_is_terminated() throws Exception {
        brokerEndsWith(Process::destroy, "running");

        assertThat(temporary).isEmptyDirectory();
    }

    private void brokerEndsWith(Consumer<Process> end, String state) throws Exception {
        // given
        Process launcher = launcherJvm(state);
        ProcessHandle broker = ProcessHandle.of(brokerPid(launcher)).orElseThrow();

        try {
            // when
            end.accept(launcher);

            // then
            assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(broker.onExit()).succeedsWithin(Duration.ofSeconds(20));
        } finally {
            broker.destroyForcibly();
        }
    }

    private Process launcherJvm(String state) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Launcher.class.getName(),
                        state))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static long brokerPid(Process launcher) throws IOException {
        BufferedReader answer = launcher.inputReader();
        return Long.parseLong(answer.readLine());
    }

    /** Starts a broker, prints its process id, and waits for its own end. */
    static final class Launcher {
        private Launcher() {}

        public static void main(String[] args) throws Exception {
            RealKafka kafka = RealKafka.start();
            if (args[0].equals("paused")) {
                kafka.broker(1).pause();
            }
            System.out.println(kafka.broker(1).pid());
            Thread.currentThread().join();
        }
    }
}
