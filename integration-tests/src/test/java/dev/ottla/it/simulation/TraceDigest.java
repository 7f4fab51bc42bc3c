package dev.ottla.it.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.it.simulation.Scenario.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a few seeds of every scenario did, as a digest over every step and every event of the history. A program of its own, so
 * that another JVM can tell as well.
 */
final class TraceDigest {
    private TraceDigest() {}

    /** Prints the lines for so many seeds, with files in a directory. */
    public static void main(String[] arguments) {
        System.out.print(of(runs(Integer.parseInt(arguments[0])), Path.of(arguments[1])));
    }

    /** One run. */
    record Run(Scenario scenario, long seed) {
        private String digest(Path directory) {
            Outcome outcome = scenario.run(scenario.plan(seed), true);
            Path history = directory.resolve(scenario.name() + "-" + seed);
            outcome.history().writeJsonLines(history);
            return scenario.name() + " " + seed + ": " + outcome.stepCount() + " steps, "
                    + Long.toHexString(outcome.traceHash()) + ", " + sha256(outcome, history) + "\n";
        }
    }

    /** So many seeds of every scenario, one run after the other. */
    static Stream<Run> runs(int seeds) {
        return Scenario.all().stream()
                .flatMap(scenario -> LongStream.rangeClosed(1, seeds).mapToObj(seed -> new Run(scenario, seed)));
    }

    /** One line for each run, in their order, whichever comes first. */
    static String of(Stream<Run> runs, Path directory) {
        return runs.map(run -> run.digest(directory)).collect(Collectors.joining());
    }

    private static String sha256(Outcome outcome, Path history) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            outcome.steps().forEach(step -> digest.update(step.getBytes(UTF_8)));
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(history)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
