package dev.ottla.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The driver for librdkafka, compiled where it is needed. Immutable. */
final class Librdkafka {
    /** As the library itself is compiled unless its builder says otherwise. */
    static final List<String> COMPILER = List.of("cc", "-O2");

    private static final long COMPILE_SECONDS = 60;

    private Librdkafka() {}

    /** What came of compiling it: a program, or the reason why there is none. */
    record Driver(Path program, String note) {
        boolean isPresent() {
            return note.isEmpty();
        }
    }

    /**
     * Compiles the source of the driver with the machine's compiler.
     *
     * @param prefix where the library is installed; null for the machine's own
     */
    static Driver compile(Path source, Path directory, @Nullable Path prefix) throws InterruptedException {
        Path program = directory.resolve("librdkafka_peer").toAbsolutePath();
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of("-o", program.toString(), source.toString()));
        if (prefix != null) {
            Path libraries = prefix.resolve("lib").toAbsolutePath();
            command.addAll(List.of("-I" + prefix.resolve("include"), "-L" + libraries, "-Wl,-rpath," + libraries));
        }
        command.addAll(List.of("-lrdkafka", "-lpthread"));
        try {
            String problem = run(command);
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
