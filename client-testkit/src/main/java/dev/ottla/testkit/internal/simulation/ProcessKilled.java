package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Immutable;

/**
 * Takes a thread of an application out of the call in which it waited when its process was killed. An error, so that nothing on
 * the way takes it for a failure of the call; the {@link ApplicationActor} ends with it.
 */
@Immutable
final class ProcessKilled extends Error {
    private static final long serialVersionUID = 1L;

    ProcessKilled() {
        super("the process was killed", null, false, false);
    }
}
