package dev.ottla.it.simulation;

import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.Verdict;
import java.util.List;

/** A kind of run: what applications do, what goes wrong, and which promises they are held to. */
interface Scenario {

    /** What came of a run. */
    record Outcome(Verdict verdict, long traceHash, long stepCount, List<String> steps, History history) {}

    String name();

    Plan plan(long seed);

    /** Runs the plan. The same plan has the same outcome, to the bit. */
    Outcome run(Plan plan, boolean recordsSteps);

    static List<Scenario> all() {
        return List.of(new ProduceScenario(true), new ProduceScenario(false), new ReadScenario(), new GroupScenario());
    }

    static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
    }
}
