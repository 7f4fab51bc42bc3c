package dev.ottla.testkit;

import dev.ottla.testkit.internal.simulation.ExploringCourse;
import dev.ottla.testkit.internal.simulation.FaultActor;
import dev.ottla.testkit.internal.simulation.Moments;
import dev.ottla.testkit.internal.simulation.SimulatedCluster;
import dev.ottla.testkit.internal.simulation.SimulatedNetwork;
import dev.ottla.testkit.simulation.SimulatedFault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
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
 * accepted at once; what clients draw by chance is the middle of what is possible. After the last call has ended,
 * everything takes its usual course.
 *
 * <p>Two ways on which the clients have seen the same in the same order, and the cluster too, lead to the same state, which is
 * gone on from once. The clients count as one here, so there had better be only one. A way is taken anew from its beginning,
 * since a client can't be copied: keep the run small.
 */
public final class Exploration {
    /** So many that no processor waits long for another. */
    private static final int SIDE_BY_SIDE_MAX = 256;

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
         * What tells this moment apart from others: of those with the same text only one is gone on from, even if clients and
         * cluster have not seen the same. So it has to have all that decides how the run goes on. A way that leads back to a
         * moment at which it was is bad, as it need never end. By default empty: then moments are told apart by what was seen.
         */
        default String moment(Simulation simulation) {
            return "";
        }

        /** The next step was decided on, and is about to be taken. Not told of the first steps, which another way had in common. */
        default void onDecision(Simulation simulation, String step) {}

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
    private final Set<Long> known = ConcurrentHashMap.newKeySet();
    private final Moments moments = new Moments();
    private final Deque<byte[]> open = new ArrayDeque<>();
    private final LongAdder runs = new LongAdder();
    private final LongAdder ends = new LongAdder();

    private Exploration(Scope scope, Supplier<? extends Run> newRun) {
        this.scope = scope;
        this.newRun = newRun;
    }

    /**
     * Takes every way, as many at a time as there are processors; if one is bad, goes on with {@link #findShortest}. Blocks until
     * all is done. Runs are made and used by any thread, each by one.
     */
    public static Result explore(Scope scope, Supplier<? extends Run> newRun) {
        Result result = new Exploration(scope, newRun).exploreSideBySide();
        return result.isGood() ? result : findShortest(scope, newRun);
    }

    /** Takes the ways by their lengths, up to the first that is bad: slower, for one that can be understood. */
    public static Result findShortest(Scope scope, Supplier<? extends Run> newRun) {
        return new Exploration(scope, newRun).exploreByLength();
    }

    private Result exploreByLength() {
        open.add(new byte[0]);
        while (!open.isEmpty()) {
            Way way = take(open.removeFirst(), false);
            open.addAll(way.branches());
            if (way.bad().isPresent()) {
                return way.bad().get();
            }
        }
        return end();
    }

    /** The longest first, so that few wait to be taken. */
    private Result exploreSideBySide() {
        open.add(new byte[0]);
        while (!open.isEmpty()) {
            List<byte[]> next = new ArrayList<>();
            while (!open.isEmpty() && next.size() < SIDE_BY_SIDE_MAX) {
                next.add(open.removeLast());
            }
            List<Way> ways =
                    next.parallelStream().map(given -> take(given, true)).toList();
            for (Way way : ways) {
                open.addAll(way.branches());
                if (way.bad().isPresent()) {
                    return way.bad().get();
                }
            }
        }
        return end();
    }

    /** If no way is bad by itself, one may still go round in circles. */
    private Result end() {
        Optional<byte[]> circle = moments.circle();
        List<String> path = circle.map(this::path).orElse(List.of());
        String problem = circle.isPresent() ? "from here on, or soon after it, a way leads back to where it was" : "";
        return new Result(states(), runs.sum(), ends.sum(), path, problem);
    }

    private List<String> path(byte[] given) {
        ExploringCourse course = new ExploringCourse(given, new HashSet<>(), new Moments(), false, scope.faultsMax());
        take(course);
        return course.path();
    }

    /** What taking one way has brought: others to take, and what is bad about it. */
    private record Way(List<byte[]> branches, Optional<Result> bad) {}

    private Way take(byte[] given, boolean goesOn) {
        runs.increment();
        ExploringCourse course = new ExploringCourse(given, known, moments, goesOn, scope.faultsMax());
        String problem = take(course);
        return new Way(
                course.branches(),
                problem.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Result(states(), runs.sum(), ends.sum(), course.path(), problem)));
    }

    private String take(ExploringCourse course) {
        try (Simulation simulation = new Simulation(new SimulatedCluster(course, scope.brokers()))) {
            return problem(new Calls(newRun.get()), course, simulation);
        }
    }

    private long states() {
        return moments.size() == 0 ? known.size() : moments.size();
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
            ends.increment();
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
        public String moment() {
            String moment = calls.run.moment(simulation);
            return moment.isEmpty() ? "" : calls.made + " " + unanswered() + " " + moment;
        }

        @Override
        public void onDecision(String step) {
            calls.run.onDecision(simulation, step);
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
