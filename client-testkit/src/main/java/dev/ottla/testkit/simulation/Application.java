package dev.ottla.testkit.simulation;

import java.time.Duration;
import java.util.Optional;

/** What an application does in a {@link dev.ottla.testkit.Simulation}, a step at a time. */
@FunctionalInterface
public interface Application {

    /** One step; returns after how much time the next may come, or empty if this was the last. */
    Optional<Duration> step();
}
