package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;

/**
 * A fault as a choice of an {@link ExploringCourse}: it is never ready by itself. On the run's one thread.
 *
 * @param isFeltByClient whether it changes what the client sees at once, such as a connection that is lost
 */
@Confined
public record FaultActor(String name, boolean isFeltByClient, Runnable injection) implements Actor {
    @Override
    public long readyAtNanos() {
        return NEVER;
    }

    @Override
    public void step() {
        injection.run();
    }
}
