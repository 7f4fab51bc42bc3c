package dev.ottla.testkit;

import dev.ottla.testkit.internal.simulation.ExploringCourse;
import dev.ottla.testkit.internal.simulation.FaultActor;
import dev.ottla.testkit.internal.simulation.SimulatedCluster;
import dev.ottla.testkit.internal.simulation.SimulatedNetwork;
import dev.ottla.testkit.simulation.SimulatedFault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Takes every way through a small run of unmodified clients, where a {@link Simulation} takes one by chance: after each step,
 * every step that could come next is the next one on some way.
 *
 * <pre>{@code
 * Exploration.Scope scope = new Exploration.Scope(2, faults, 1, false, Duration.ofMinutes(1));
 * Exploration.Result result = Exploration.explore(scope, ThreeSends::new);
 * if (!result.isGood()) {
 *     throw new AssertionError(result);
 * }
 * }</pre>
 *
 * <p>What is decided at each step:
 * <ul>
 *   <li>which message arrives next: the first on its way on any connection, in either direction. Without
 *       {@link Scope#decidesEveryMessage} only on connections with a produce request under way; other messages arrive at once.
 *   <li>whether the application's next call comes first.
 *   <li>whether something goes wrong first, and what.
 *   <li>when no message is on its way and a call waits for its end: whether time passes first. It passes until a message is
 *       sent, a connection is begun or ended, or a call ends; then there is something to decide again.
 * </ul>
 *
 * <p>What is the same on all ways: a message arrives whole, and before any timer falls due, unless a fault holds it up; a loop
 * does all that it has to do before the next message comes to it, and calls come between two such turns; connections are
 * accepted at once; what clients draw by chance is that of one seed. After the last call has ended, everything takes its usual
 * course.
 *
 * <p>Two ways on which the clients have seen the same in the same order, and the cluster too, lead to the same state, which is
 * gone on from once. The clients count as one here, so there had better be only one. A way is taken anew from its beginning,
 * since a client can't be copied: keep the run small.
 */
public final class Exploration {

    /** A small run, made anew for each way through it. All calls come from the thread that explores. */
    public interface Run {

        /** Makes clients and lets them connect; nothing is decided yet. */
        void prepare(Simulation simulation);

        /** How many calls the application makes. */
        int calls();

        /** Makes the next call, which may not block. */
        void call();

        /** How many calls have not come to their end. */
        int unanswered();

        /**
         * What this moment is like. Of moments that are alike only one is gone on from, even if clients and cluster have not
         * seen the same. So it has to tell all that decides how the run goes on. By default empty: then nothing is alike.
         */
        default String likeness(Simulation simulation) {
            return "";
        }

        /** What is wrong at the end, when all faults have ended; empty if nothing is. */
        String judge(Simulation simulation);

        /** Closes what {@link #prepare} made: on every way, also on those that are not followed to the end. */
        void close();
    }

    /**
     * Something that may go wrong, at every moment.
     *
     * @param name in a few words
     * @param isFeltByClient whether clients see something of it at once, and not only by what the cluster answers later
     * @param fault what happens, as things are then
     */
    public record PossibleFault(String name, boolean isFeltByClient, Function<Simulation, SimulatedFault> fault) {}

    /**
     * How far to go.
     *
     * @param brokers how many there are
     * @param faults what may go wrong
     * @param faultsMax how often something goes wrong on a way, at most
     * @param decidesEveryMessage whether the order of every message is decided on, and not only of those with records
     * @param timeMax in what virtual time every way has to end
     */
    public record Scope(
            int brokers, List<PossibleFault> faults, int faultsMax, boolean decidesEveryMessage, Duration timeMax) {
        public Scope {
            faults = List.copyOf(faults);
        }
    }

    /**
     * What came of it.
     *
     * @param states how many different ones there are
     * @param runs how many ways were taken, to their ends or to where others had been
     * @param ends how many of them came to an end, and were judged
     * @param path the decisions of a shortest way that is bad; empty if none is
     * @param problem what is wrong with it; empty if none is
     */
    public record Result(long states, long runs, long ends, List<String> path, String problem) {
        public Result {
            path = List.copyOf(path);
        }

        /** Whether no way is bad. */
        public boolean isGood() {
            return problem.isEmpty();
        }

        @Override
        public String toString() {
            String figures = states + " states, " + runs + " runs, " + ends + " ends";
            return isGood() ? figures : figures + "; bad after\n  " + String.join("\n  ", path) + "\n" + problem;
        }
    }

    private final Scope scope;
    private final Supplier<? extends Run> newRun;
    private final Set<Long> known = new HashSet<>();
    private final Set<String> alike = new HashSet<>();
    private final Deque<byte[]> open = new ArrayDeque<>();
    private long runs;
    private long ends;

    private Exploration(Scope scope, Supplier<? extends Run> newRun) {
        this.scope = scope;
        this.newRun = newRun;
    }

    /** Takes every way; if one is bad, goes on with {@link #findShortest}. Blocks until all is done. */
    public static Result explore(Scope scope, Supplier<? extends Run> newRun) {
        Result result = new Exploration(scope, newRun).explore(false);
        return result.isGood() ? result : findShortest(scope, newRun);
    }

    /** Takes the ways by their lengths, up to the first that is bad: slower, for one that can be understood. */
    public static Result findShortest(Scope scope, Supplier<? extends Run> newRun) {
        return new Exploration(scope, newRun).explore(true);
    }

    private Result explore(boolean isByLength) {
        open.add(new byte[0]);
        while (!open.isEmpty()) {
            byte[] given = isByLength ? open.removeFirst() : open.removeLast();
            runs++;
            Optional<Result> bad = take(given, !isByLength);
            if (bad.isPresent()) {
                return bad.get();
            }
        }
        return new Result(states(), runs, ends, List.of(), "");
    }

    private Optional<Result> take(byte[] given, boolean goesOn) {
        ExploringCourse course = new ExploringCourse(given, known, alike, goesOn, scope.faultsMax());
        try (Simulation simulation = new Simulation(new SimulatedCluster(course, scope.brokers()))) {
            Calls calls = new Calls(newRun.get());
            String problem = problem(calls, course, simulation);
            open.addAll(course.branches());
            return problem.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Result(states(), runs, ends, course.path(), problem));
        }
    }

    private long states() {
        return alike.isEmpty() ? known.size() : alike.size();
    }

    private String problem(Calls calls, ExploringCourse course, Simulation simulation) {
        calls.run.prepare(simulation);
        Runnable end = simulation.cluster().application("the application calls", Duration.ZERO, calls::next);
        course.begin(new RunOutlook(calls, simulation, scope));
        try {
            boolean hasEnded = simulation.run(() -> course.hasStopped() || calls.areOver(), scope.timeMax());
            course.end();
            if (course.hasStopped()) {
                return "";
            }
            ends++;
            simulation.heal();
            String problem = calls.run.judge(simulation);
            return hasEnded ? problem : "no end within " + scope.timeMax() + "; " + problem;
        } catch (RuntimeException | Error thrown) {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        } finally {
            course.end();
            end.run();
            calls.run.close();
        }
    }

    /** The application: one call after the other. */
    private static final class Calls {
        private final Run run;
        private int made;

        Calls(Run run) {
            this.run = run;
        }

        Optional<Duration> next() {
            run.call();
            made++;
            return made < run.calls() ? Optional.of(Duration.ZERO) : Optional.empty();
        }

        boolean areOver() {
            return made == run.calls() && run.unanswered() == 0;
        }
    }

    /** The run as a course sees it. */
    private static final class RunOutlook implements ExploringCourse.Outlook {
        private final Calls calls;
        private final Simulation simulation;
        private final boolean decidesEveryMessage;
        private final List<FaultActor> faults;

        RunOutlook(Calls calls, Simulation simulation, Scope scope) {
            this.calls = calls;
            this.simulation = simulation;
            this.decidesEveryMessage = scope.decidesEveryMessage();
            this.faults = scope.faults().stream()
                    .map(each -> new FaultActor(
                            each.name(),
                            each.isFeltByClient(),
                            () -> simulation.inject(each.fault().apply(simulation))))
                    .toList();
        }

        @Override
        public int unanswered() {
            return calls.run.unanswered();
        }

        @Override
        public int news() {
            SimulatedNetwork network = simulation.cluster().network();
            return network.begun() + network.ended() - unanswered();
        }

        @Override
        public String likeness() {
            String likeness = calls.run.likeness(simulation);
            return likeness.isEmpty() ? "" : calls.made + " " + unanswered() + " " + likeness;
        }

        @Override
        public boolean decidesEveryMessage() {
            return decidesEveryMessage;
        }

        @Override
        public List<FaultActor> faults() {
            return faults;
        }
    }
}
