package dev.ottla.it.simulation;

import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.util.List;
import java.util.Set;

/** A kind of run: what applications do, what goes wrong, and which promises they are held to. */
interface Scenario {

    /** What came of a run. */
    record Outcome(Verdict verdict, long traceHash, long stepCount, List<String> steps, History history) {

        /** Of a run that is over, with the promises that it is held to, besides those that every client makes. */
        static Outcome of(Simulation simulation, Set<Invariant> promised) {
            Set<Invariant> all = Invariant.ofResources();
            all.addAll(promised);
            return new Outcome(
                    HistoryChecker.of(all).check(simulation.history()),
                    simulation.traceHash(),
                    simulation.stepCount(),
                    simulation.steps(),
                    simulation.history());
        }
    }

    String name();

    Plan plan(long seed);

    /** How many other runs could be made in the time that one of these takes, roughly. */
    default int cost() {
        return 1;
    }

    /** Runs the plan. The same plan has the same outcome, to the bit. */
    Outcome run(Plan plan, boolean recordsSteps);

    static List<Scenario> all() {
        return List.of(
                new ProduceScenario(true),
                new ProduceScenario(false),
                new ReadScenario(),
                new GroupScenario(GroupKind.EAGER),
                new GroupScenario(GroupKind.COOPERATIVE),
                new GroupScenario(GroupKind.CONSUMER),
                new HandlerScenario(),
                new TransactionScenario(false),
                new TransactionScenario(true),
                new ExactlyOnceScenario());
    }

    static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
    }
}
