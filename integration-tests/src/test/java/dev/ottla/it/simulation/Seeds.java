package dev.ottla.it.simulation;

import dev.ottla.it.simulation.Scenario.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Runs a scenario over many seeds; a seed that fails is made small and told how to be repeated. */
final class Seeds {

    /** What went wrong with a plan: broken invariants, or what was thrown. */
    record Failure(Set<String> what, String text) {}

    private Seeds() {}

    /** The failure of one run, or empty if it is good. */
    static Optional<Failure> failure(Scenario scenario, Plan plan) {
        try {
            Outcome outcome = scenario.run(plan, false);
            if (outcome.verdict().isGood()) {
                return Optional.empty();
            }
            Set<String> broken =
                    outcome.verdict().broken().stream().map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
            return Optional.of(new Failure(broken, outcome.verdict().toString()));
        } catch (RuntimeException | Error thrown) {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return Optional.of(new Failure(Set.of(thrown.getClass().getSimpleName()), text.toString()));
        }
    }

    /** Runs the seeds one after the other; returns how many there were. */
    static int run(Scenario scenario, long firstSeed, int count) {
        int good = 0;
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            Plan plan = scenario.plan(seed);
            Optional<Failure> failure = failure(scenario, plan);
            if (failure.isPresent()) {
                throw new AssertionError(report(scenario, plan, failure.get()));
            }
            good++;
        }
        return good;
    }

    static String report(Scenario scenario, Plan plan, Failure failure) {
        Plan smallest = plan.shrink(candidate -> failure(scenario, candidate)
                .filter(again -> again.what().equals(failure.what()))
                .isPresent());
        String smallestFailure = failure(scenario, smallest).map(Failure::text).orElse(failure.text());
        return "scenario " + scenario.name() + ", seed " + plan.seed() + " fails: " + failure.text()
                + "\n  shrunk to " + smallest + "\n  which fails: " + smallestFailure
                + "\n  repeat with: mvn -pl integration-tests -am test -Dtest=SimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dottla.scenario=" + scenario.name() + " -Dottla.seed="
                + plan.seed();
    }

    /** Runs one seed with every step written down; returns where. */
    static Path replay(Scenario scenario, Plan plan, Path directory) {
        Outcome outcome = scenario.run(plan, true);
        String name = scenario.name() + "-" + plan.seed();
        try {
            Files.createDirectories(directory);
            outcome.history().writeJsonLines(directory.resolve(name + ".history.jsonl"));
            Files.write(directory.resolve(name + ".steps.txt"), outcome.steps());
            Files.writeString(directory.resolve(name + ".plan.txt"), plan + "\n\n" + outcome.verdict() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory.resolve(name + ".plan.txt");
    }
}
