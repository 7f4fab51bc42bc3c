package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way through a small run, for an {@link dev.ottla.testkit.Exploration}: takes the given decisions, then goes on as long as
 * it comes to what nobody has seen, and tells which other ways there were. On the run's one thread.
 *
 * <p>Loops do at once all that they have to do, and so does whatever is not decided here. The client and the cluster are each
 * led by what they have seen, in its order, and by nothing else as long as no time passes. So when on two ways both have seen
 * the same, they have come to the same state, and only one of them is gone on from.
 */
@Confined
public final class ExploringCourse implements Course {

    /** What a course has to know of the run. */
    public interface Outlook {

        /** How many calls wait for their end. */
        int unanswered();

        /** Changes when something happens that can be seen from outside. */
        int news();

        /** Whether every message is decided on, and not only those that carry records. */
        boolean decidesEveryMessage();

        /** What may go wrong. */
        List<FaultActor> faults();

        /** What tells this moment apart from others; empty if only what was seen does. */
        String moment();

        /** A step is about to be taken that was decided on; not told of given ones, but for the last. */
        void onDecision(String step);
    }

    private final byte[] given;
    private final Set<Long> known;
    private final Moments moments;
    private final boolean goesOn;
    private final List<String> path = new ArrayList<>();
    private final List<byte[]> branches = new ArrayList<>();
    private final Passing passing = new Passing();

    private byte[] taken = new byte[0];
    private Seen seen;
    private long lastStep;
    private @Nullable Outlook outlook;
    private boolean hasStopped;

    /**
     * A course on which nothing is to be decided yet.
     *
     * @param given the decisions to begin with
     * @param known gets the states that are found
     * @param moments gets the moments, if they are told apart by more than what was seen
     * @param goesOn whether to take the first new way after the given decisions, and not only to tell which there are
     */
    public ExploringCourse(byte[] given, Set<Long> known, Moments moments, boolean goesOn, int faultsMax) {
        this.given = given;
        this.known = known;
        this.moments = moments;
        this.goesOn = goesOn;
        this.seen = Seen.nothing(faultsMax);
    }

    /** From now on there is something to decide. */
    public void begin(Outlook onRun) {
        outlook = onRun;
        known.add(seen.fingerprint());
    }

    /** From now on everything takes its usual course. */
    public void end() {
        outlook = null;
    }

    /** Whether the rest is known, or left to other courses. */
    public boolean hasStopped() {
        return hasStopped;
    }

    /** What has happened, by decision. */
    public List<String> path() {
        return path;
    }

    /** Decisions that lead to states that nobody has gone on from. */
    public List<byte[]> branches() {
        return branches;
    }

    @Override
    public long stepNanos() {
        return 0;
    }

    @Override
    public boolean cutsBytes() {
        return false;
    }

    @Override
    public boolean letsClientsDraw() {
        return false;
    }

    @Override
    public @Nullable Actor next(List<Actor> ready) {
        Outlook run = outlook;
        if (run == null) {
            return ready.isEmpty() ? null : ready.get(0);
        }
        for (Actor actor : ready) {
            if (!isDecided(actor, run)) {
                seen = seen.with(actor);
                return actor;
            }
        }
        boolean isSilent = ready.stream().noneMatch(Pipe.class::isInstance);
        if (isSilent && passing.goesOn(run.news())) {
            return null;
        }
        List<Actor> choices = new ArrayList<>(ready);
        if (isSilent && run.unanswered() > 0) {
            choices.add(passing);
        }
        if (seen.faultsLeft() > 0) {
            choices.addAll(run.faults());
        }
        return choices.isEmpty() ? null : decide(choices, run);
    }

    private static boolean isDecided(Actor actor, Outlook run) {
        return (actor instanceof Pipe pipe && (run.decidesEveryMessage() || pipe.carriesRecords()))
                || actor instanceof ApplicationActor;
    }

    private Actor decide(List<Actor> choices, Outlook run) {
        if (taken.length < given.length) {
            return take(choices, given[taken.length], run);
        }
        List<Long> steps =
                choices.stream().map(choice -> seen.with(choice).fingerprint()).toList();
        if (isKnown(run.moment(), steps)) {
            hasStopped = true;
            return new Stop();
        }
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            if (known.add(steps.get(i))) {
                open.add(i);
            }
        }
        boolean takesFirst = goesOn && !open.isEmpty();
        open.stream().skip(takesFirst ? 1 : 0).forEach(number -> branches.add(takenAnd(number)));
        if (takesFirst) {
            return take(choices, open.get(0), run);
        }
        hasStopped = true;
        return new Stop();
    }

    private boolean isKnown(String told, List<Long> steps) {
        if (told.isEmpty()) {
            return false;
        }
        String moment = seen.faultsLeft() + told;
        boolean isNew = moments.add(lastStep, moment, taken);
        if (isNew) {
            moments.leave(moment, steps);
        }
        return !isNew;
    }

    private Actor take(List<Actor> choices, int number, Outlook run) {
        Actor choice = choices.get(number);
        if (taken.length + 1 >= given.length) {
            // What was decided before that, the course has told on which this one was found.
            run.onDecision(number + " " + inWordsOfAnyLink(choice));
        }
        passing.begin(choice == passing, run.news());
        taken = takenAnd(number);
        path.add(inWords(choice));
        seen = seen.with(choice);
        lastStep = seen.fingerprint();
        return choice;
    }

    /** The same for connections of any number. */
    private static String inWordsOfAnyLink(Actor choice) {
        return choice instanceof Pipe ? choice.name().substring(choice.name().indexOf(' ')) : choice.name();
    }

    private static String inWords(Actor choice) {
        if (choice instanceof Pipe pipe) {
            return (pipe.isToBroker() ? "a request arrives at the broker, " : "an answer arrives at the client, ")
                    + pipe.name();
        }
        return choice.name();
    }

    private byte[] takenAnd(int number) {
        byte[] decisions = Arrays.copyOf(taken, taken.length + 1);
        decisions[taken.length] = (byte) number;
        return decisions;
    }

    /** Time passes until something happens. */
    private static final class Passing implements Actor {
        private boolean isOn;
        private int newsBefore;

        void begin(boolean passes, int news) {
            isOn = passes;
            newsBefore = news;
        }

        boolean goesOn(int news) {
            return isOn && news == newsBefore;
        }

        @Override
        public String name() {
            return Seen.TIME;
        }

        @Override
        public long readyAtNanos() {
            return NEVER;
        }

        @Override
        public void step() {
            // From now on the course lets the clock go on.
        }
    }

    /** Nothing more happens. */
    private static final class Stop implements Actor {
        @Override
        public String name() {
            return "stop";
        }

        @Override
        public long readyAtNanos() {
            return NEVER;
        }

        @Override
        public void step() {
            // The run is not gone on with.
        }
    }
}
