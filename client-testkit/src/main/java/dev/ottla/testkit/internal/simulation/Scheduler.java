package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a simulated run and its virtual clock. Of all actors that are ready it chooses one by the seed and lets it
 * take one step; when none is, the clock moves to where one will be. Nothing else decides what happens next, so a seed says
 * all.
 */
@Confined
public final class Scheduler {
    /** An arbitrary origin, as that of {@link System#nanoTime}. */
    private static final long ORIGIN_NANOS = 1_000_000_000_000L;

    /** No scenario comes near; who does is in a loop that makes no progress. */
    private static final long STEPS_MAX = 1_500_000;

    /** Longer than any run; no sum with it overflows. */
    private static final long NEVER_ENDING_NANOS = Long.MAX_VALUE / 4;

    private static final RandomGeneratorFactory<RandomGenerator> RANDOM = RandomGeneratorFactory.of("L64X128MixRandom");

    private final long seed;
    private final RandomGenerator random;
    private final Course course;
    private final Trace trace;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Actor> ready = new ArrayList<>();
    private final List<Actor> inStep = new ArrayList<>();
    private final NavigableMap<Long, Runnable> betweenSteps = new TreeMap<>();
    private long nowNanos = ORIGIN_NANOS;
    private int generators;
    private @Nullable VirtualLoop current;

    /** A run that has not begun. */
    public Scheduler(long seed, boolean recordsSteps) {
        this.seed = seed;
        this.random = RANDOM.create(seed);
        this.course = Course.random(random);
        this.trace = new Trace(recordsSteps);
    }

    /** A run in which only what clients draw themselves is decided by the seed. */
    Scheduler(long seed, boolean recordsSteps, Course course) {
        this.seed = seed;
        this.random = RANDOM.create(seed);
        this.course = course;
        this.trace = new Trace(recordsSteps);
    }

    /** Who decides. */
    Course course() {
        return course;
    }

    /** What has happened so far. */
    public Trace trace() {
        return trace;
    }

    /** A generator of its own for whoever needs one, by the seed and the order of the calls. */
    public RandomGenerator newRandom() {
        return RANDOM.create(seed * 31 + ++generators);
    }

    /** A generator for a client. */
    RandomGenerator newClientRandom() {
        return course.letsClientsDraw() ? newRandom() : () -> Long.MIN_VALUE;
    }

    /** The generator that orders the run. */
    RandomGenerator random() {
        return random;
    }

    long nanoTime() {
        return nowNanos;
    }

    /** Virtual time since the beginning. */
    public long elapsedNanos() {
        return nowNanos - ORIGIN_NANOS;
    }

    void add(Actor actor) {
        actors.add(actor);
    }

    void remove(Actor actor) {
        actors.remove(actor);
    }

    /** The loop whose task is running; null in an application's step. */
    @Nullable
    VirtualLoop current() {
        return current;
    }

    /** Whether an actor is taking a step, and not whoever drives the run. */
    boolean isInStep() {
        return !inStep.isEmpty();
    }

    /** Runs what belongs to this loop, or with null to no loop. */
    void runOn(@Nullable VirtualLoop loop, Runnable task) {
        VirtualLoop before = current;
        current = loop;
        try {
            task.run();
        } finally {
            current = before;
        }
    }

    /** Has this happen before the run takes the step of this number, which is none of the steps and belongs to no loop. */
    public void beforeStep(long number, Runnable action) {
        betweenSteps.merge(number, action, (one, next) -> () -> {
            one.run();
            next.run();
        });
    }

    private void comeBetween() {
        Map.Entry<Long, Runnable> first = betweenSteps.firstEntry();
        if (first != null && first.getKey() <= trace.steps()) {
            betweenSteps.remove(first.getKey());
            runOn(null, first.getValue());
        }
    }

    /** Goes on until the condition holds or this much time has passed; returns whether it holds. */
    public boolean run(BooleanSupplier isDone, long nanosMax) {
        long deadlineNanos = nowNanos + Math.min(nanosMax, NEVER_ENDING_NANOS);
        while (!isDone.getAsBoolean()) {
            comeBetween();
            long nextNanos = collectReady();
            if (!ready.isEmpty() && nowNanos >= deadlineNanos) {
                return false;
            }
            Actor next = course.next(ready);
            if (next != null) {
                step(next);
            } else if (nextNanos > deadlineNanos) {
                nowNanos = Math.max(nowNanos, deadlineNanos);
                return isDone.getAsBoolean();
            } else {
                nowNanos = nextNanos;
            }
        }
        return true;
    }

    /** Returns when the first of the others will be ready. */
    private long collectReady() {
        ready.clear();
        long nextNanos = Actor.NEVER;
        for (Actor actor : actors) {
            long readyAtNanos = actor.readyAtNanos();
            if (readyAtNanos > nowNanos) {
                nextNanos = Math.min(nextNanos, readyAtNanos);
            } else if (!inStep.contains(actor)) {
                ready.add(actor);
            }
        }
        return nextNanos;
    }

    /** Steps nest when an application waits: what it is waiting for goes on meanwhile, it itself does not. */
    private void step(Actor actor) {
        if (trace.steps() > STEPS_MAX) {
            throw new IllegalStateException("no end in sight after " + STEPS_MAX + " steps, at "
                    + Duration.ofNanos(elapsedNanos()) + " of virtual time");
        }
        trace.step(elapsedNanos(), actor.name());
        nowNanos += course.stepNanos();
        inStep.add(actor);
        VirtualLoop before = current;
        current = null;
        try {
            actor.step();
        } finally {
            current = before;
            inStep.remove(inStep.size() - 1);
        }
    }

    /** The clock as Netty asks for it. */
    Ticker ticker() {
        return new Ticker() {
            @Override
            public long initialNanoTime() {
                return ORIGIN_NANOS;
            }

            @Override
            public long nanoTime() {
                return nowNanos;
            }

            @Override
            public void sleep(long delay, TimeUnit unit) {
                throw new UnsupportedOperationException("a simulated run does not sleep");
            }
        };
    }
}
