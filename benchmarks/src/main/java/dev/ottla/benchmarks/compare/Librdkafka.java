package dev.ottla.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The driver for librdkafka, compiled where it is needed. Immutable. */
final class Librdkafka {
    private static final long COMPILE_SECONDS = 60;

    private Librdkafka() {}

    /** What came of compiling it: a program, or the reason why there is none. */
    record Driver(Path program, String note) {
        boolean isPresent() {
            return note.isEmpty();
        }
    }

    /** Compiles the source of the driver with the machine's compiler against the machine's library. */
    static Driver compile(Path source, Path directory) throws InterruptedException {
        Path program = directory.resolve("librdkafka_peer").toAbsolutePath();
        try {
            String problem =
                    run(List.of("cc", "-O2", "-o", program.toString(), source.toString(), "-lrdkafka", "-lpthread"));
            return Files.isExecutable(program) && problem.isEmpty()
                    ? new Driver(program, "")
                    : new Driver(
                            program,
                            "librdkafka is skipped: the driver does not compile (is librdkafka-dev" + " installed?): "
                                    + problem.lines().findFirst().orElse(""));
        } catch (IOException e) {
            return new Driver(program, "librdkafka is skipped: there is no C compiler: " + e.getMessage());
        }
    }

    static String version(Driver driver) throws InterruptedException {
        try {
            return driver.isPresent()
                    ? run(List.of(driver.program().toString(), "--version")).strip()
                    : "absent";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output;
    }
}
