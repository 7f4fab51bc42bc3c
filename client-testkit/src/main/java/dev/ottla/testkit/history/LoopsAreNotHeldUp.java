package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LoopHeldUp;
import java.time.Duration;
import java.util.function.Consumer;

/** {@link Invariant#R4}: what one call waits for, all connections of the loop wait for. */
final class LoopsAreNotHeldUp implements Check {
    private static final Duration LIMIT = Duration.ofMillis(100);

    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (LoopHeldUp held : history.all(LoopHeldUp.class)) {
            if (held.duration().compareTo(LIMIT) > 0) {
                violations.accept("an event loop of " + held.client() + " was held up for " + held.duration());
            }
        }
    }
}
