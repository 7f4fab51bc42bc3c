package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.LeftOver;
import java.util.function.Consumer;

/** {@link Invariant#R1}: a little that is lost with each error is a process that dies after a month. */
final class NothingIsLeftOver implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (LeftOver left : history.all(LeftOver.class)) {
            if (left.count() != 0) {
                violations.accept(left.client() + " was closed, but " + left.count() + " " + left.what() + " are left");
            }
        }
    }
}
