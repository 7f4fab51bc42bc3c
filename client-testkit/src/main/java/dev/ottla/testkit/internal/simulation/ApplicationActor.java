package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.testkit.simulation.Application;
import java.time.Duration;
import java.util.Optional;

/** An application in a simulated run: a step, a pause, a step. Its steps run on no loop, as on a thread of its own. */
@Confined
final class ApplicationActor implements Actor {
    private final Scheduler scheduler;
    private final String name;
    private final Application application;
    private long readyAtNanos;

    ApplicationActor(Scheduler scheduler, String name, long delayNanos, Application application) {
        this.scheduler = scheduler;
        this.name = name;
        this.application = application;
        this.readyAtNanos = scheduler.nanoTime() + delayNanos;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long readyAtNanos() {
        return readyAtNanos;
    }

    @Override
    public void step() {
        Optional<Duration> next = nextStep();
        if (next.isPresent()) {
            readyAtNanos = scheduler.nanoTime() + next.get().toNanos();
        } else {
            scheduler.remove(this);
        }
    }

    private Optional<Duration> nextStep() {
        try {
            return application.step();
        } catch (ProcessKilled inTheStep) {
            return Optional.empty();
        }
    }
}
