package dev.ottla.it.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.it.simulation.Scenario.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a few seeds of every scenario did, as a digest over every step and every event of the history. A program of its own, so
 * that another JVM can tell as well.
 */
final class TraceDigest {
    private TraceDigest() {}

    /** Prints the lines for so many seeds, with files in a directory. */
    public static void main(String[] arguments) throws Exception {
        System.out.print(of(Integer.parseInt(arguments[0]), Path.of(arguments[1])));
    }

    /** One line for each scenario and seed. */
    static String of(int seeds, Path directory) throws IOException, NoSuchAlgorithmException {
        StringBuilder lines = new StringBuilder();
        for (Scenario scenario : Scenario.all()) {
            for (long seed = 1; seed <= seeds; seed++) {
                Outcome outcome = scenario.run(scenario.plan(seed), true);
                Path history = directory.resolve(scenario.name() + "-" + seed);
                outcome.history().writeJsonLines(history);
                lines.append(scenario.name()).append(' ').append(seed).append(": ");
                lines.append(outcome.stepCount()).append(" steps, ");
                lines.append(Long.toHexString(outcome.traceHash())).append(", ");
                lines.append(digest(outcome, Files.readAllBytes(history))).append('\n');
            }
        }
        return lines.toString();
    }

    private static String digest(Outcome outcome, byte[] history) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        outcome.steps().forEach(step -> digest.update(step.getBytes(UTF_8)));
        return HexFormat.of().formatHex(digest.digest(history));
    }
}
